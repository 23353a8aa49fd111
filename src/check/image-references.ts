import { baseReferenceOf } from '../dockerfile/base-reference.ts';
import { imageReferencesOf } from '../predict/predict-workload.ts';
import { batchesOf } from './batches-of.ts';
import type { JudgeSettings } from './check-job.ts';
import { type CheckUnit, isBackground } from './check-unit.ts';
import { openUnitReader, type ReadUnit } from './read-unit.ts';
import { baseOfBuild } from './service-builds.ts';

/** Every image that the units name, each once: those of workloads, and those that Dockerfiles start from. */
export async function imageReferences(
  units: readonly CheckUnit[],
  settings: JudgeSettings,
): Promise<readonly string[]> {
  const readUnit = await openUnitReader([...new Set(units.map(({ kind }) => kind))], settings);
  const references = new Set<string>();
  const judged = units.filter((unit) => !isBackground(unit));
  // In batches as they are judged: of a large file not all documents are held at once.
  for (const batch of batchesOf(judged)) {
    for (const unit of batch) {
      for (const read of readUnit(unit))
        for (const reference of referencesIn(read)) references.add(reference);
    }
  }
  return [...references];
}

function* referencesIn({ workloads, services = [], builds, dockerfile }: ReadUnit): Generator<string> {
  for (const workload of [...workloads, ...services]) yield* imageReferencesOf(workload);
  const bases = [
    dockerfile && baseReferenceOf(dockerfile),
    ...[...(builds?.values() ?? [])].map(baseOfBuild),
  ];
  for (const base of bases) if (base !== undefined) yield base;
}
