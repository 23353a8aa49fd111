import { readFileSync } from 'node:fs';
import { loadAll } from 'js-yaml';
import { typicalPlatform } from '../../../src/confinement/platform.ts';
import type { KubeObject } from '../../../src/kube/meta.ts';
import { isPod, isWorkloadObject, podTemplateOf } from '../../../src/kube/workload.ts';
import { readManifests } from '../../../src/manifest/read-manifests.ts';
import { workloadsOf } from '../../../src/manifest/workloads.ts';
import { evaluatePod } from '../../../src/policy/evaluate-pod.ts';
import { predict } from '../../../src/predict/predict.ts';
import type { SuiteFile } from './read-suite.ts';

/** For every pod of a file, the checks that deny it. */
export type Judge = (file: SuiteFile) => Promise<readonly (readonly string[])[]>;

/** As the policy alone judges the bare documents. */
export const byPolicy: Judge = ({ path, level, version }) => {
  const answers = objectsOf(loadAll(readFileSync(path, 'utf8')), path).map((object) => {
    const pod = isWorkloadObject(object) ? podTemplateOf(object)?.pod : isPod(object) ? object : undefined;
    if (pod === undefined) throw new Error(`"${path}": a ${object.kind} makes no pods`);
    const { results } = evaluatePod(level, version, pod.metadata, pod.spec);
    return results.filter(({ allowed }) => !allowed).map(({ id }) => id);
  });
  return Promise.resolve(answers);
};

/** As `podproof check --level LEVEL --version VERSION -o json` answers, whatever the API server thinks of the pod. */
export const byCheck: Judge = async ({ path, level, version }) => {
  const refusedObjects = 'keep';
  const set = await readManifests([path], { refusedObjects });
  const report = await predict({
    workloads: workloadsOf(set, { refusedObjects }),
    objects: set.objects,
    lookup: set.lookup,
    images: { find: () => Promise.resolve(undefined) },
    platform: typicalPlatform('containerd'),
    level,
    version,
  });
  return report.workloads.map(({ admission, containers }) => {
    if (containers.length === 0) throw new Error(`"${path}": no container was predicted`);
    const deniers = admission.violations.map(({ check }) => check);
    if (admission.allowed !== (deniers.length === 0))
      throw new Error(`"${path}": verdict and violations differ`);
    return deniers;
  });
};

/** Documents and items of lists; empty documents are none. */
function objectsOf(documents: readonly unknown[], path: string): readonly KubeObject[] {
  return documents.flatMap((document): readonly KubeObject[] => {
    if (document === null || document === undefined) return [];
    if (!isObject(document)) throw new Error(`"${path}" has a document that is no object`);
    return 'items' in document && Array.isArray(document.items)
      ? objectsOf(document.items, path)
      : [document];
  });
}

function isObject(value: unknown): value is KubeObject {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
