import { baseReferenceOf } from '../dockerfile/base-reference.ts';
import { imageReferencesOf } from '../predict/predict-workload.ts';
import type { JudgeSettings } from './check-job.ts';
import type { CheckUnit } from './check-unit.ts';
import { openUnitReader } from './read-unit.ts';
import { baseOfBuild } from './service-builds.ts';
import { isBackground } from './survey.ts';

/** Every image that the units name, each once: those of workloads, and those that Dockerfiles start from. */
export async function imageReferences(
  units: readonly CheckUnit[],
  settings: JudgeSettings,
): Promise<readonly string[]> {
  const readUnit = await openUnitReader([...new Set(units.map(({ kind }) => kind))], settings);
  const references = new Set<string>();
  for (const unit of units) {
    if (isBackground(unit)) continue;
    const { workloads, services = [], builds, dockerfile } = readUnit(unit);
    for (const workload of [...workloads, ...services]) {
      for (const reference of imageReferencesOf(workload)) references.add(reference);
    }
    const bases = [
      dockerfile && baseReferenceOf(dockerfile),
      ...[...(builds?.values() ?? [])].map(baseOfBuild),
    ];
    for (const base of bases) if (base !== undefined) references.add(base);
  }
  return [...references];
}
