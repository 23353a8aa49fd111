import { expect, test } from 'vitest';
import { imageWith } from '../../test/support/predict-yaml.ts';
import { typicalPlatform } from '../confinement/platform.ts';
import type { FieldPath } from '../core/field-path.ts';
import { applyDefaults } from '../kube/defaults.ts';
import type { Pod, PodSpec } from '../kube/pod.ts';
import { objectLookup } from '../manifest/object-lookup.ts';
import type { Workload } from '../manifest/workloads.ts';
import type { FoundImage } from './image-finder.ts';
import type { PredictSettings } from './predict-settings.ts';
import { imageReferencesOf, predictWorkload } from './predict-workload.ts';

const settings: PredictSettings = {
  lookup: objectLookup([]),
  platform: typicalPlatform('containerd'),
  showsConfinement: true,
};

/** A Deployment of that pod; `asked` collects the places that are looked up. */
function workloadOf(spec: PodSpec, asked: FieldPath[] = []): Workload {
  const rawPod: Pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec };
  const source = { file: 'web.yaml', document: 0, line: 1 };
  const locate = (path: FieldPath) => {
    asked.push(path);
    return { line: path.length, column: 1 };
  };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } };
  return {
    written: { object, source, apiErrors: [], locate },
    source,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'default',
    name: 'web',
    templatePath: ['spec', 'template'],
    pod: applyDefaults(rawPod),
    rawPod,
    findings: [],
    apiErrors: [],
    locate,
  };
}

const careful: PodSpec = {
  securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000 },
  containers: [
    {
      name: 'web',
      image: 'web',
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    },
  ],
};
const known: ReadonlyMap<string, FoundImage> = new Map([['web', { image: imageWith({}) }]]);

test('each image is named once, and one without a name not at all', () => {
  const container = { name: 'a', image: 'web' };
  const spec = {
    containers: [container, { ...container, name: 'b' }, { name: 'c' }],
    initContainers: [container],
  };
  expect(imageReferencesOf(workloadOf(spec))).toEqual(['web']);
});

test('without a confinement to show none of its places is looked up; the verdicts are the same', () => {
  const places: FieldPath[] = [];
  const workload = workloadOf(careful, places);
  const { containers, ...rest } = predictWorkload(workload, known, { ...settings, showsConfinement: false });
  expect(places).toEqual([]);
  expect(containers[0]).toMatchObject({ confinement: {}, writable: [], start: { ok: true }, findings: [] });
  const { containers: shown, ...same } = predictWorkload(workload, known, settings);
  expect(rest).toEqual(same);
  expect(shown[0]).toEqual({
    ...containers[0],
    confinement: shown[0]?.confinement,
    writable: shown[0]?.writable,
  });
  expect(places).not.toEqual([]);
});

test('what is not known of an image is told for each container by itself', () => {
  const workload = workloadOf({
    containers: ['web', 'tried', 'unasked'].map((name) => ({ name, image: name })),
  });
  const images = new Map([
    ...known,
    ['tried', { image: undefined, problem: 'no answer from "r.test"' }] as const,
  ]);
  const { containers } = predictWorkload(workload, images, settings);
  const told = containers.map(({ findings }) =>
    findings
      .filter(({ code }) => code === 'image-unknown')
      .map(({ severity, message }) => [severity, message]),
  );
  expect(told).toEqual([
    [],
    [['warning', 'image unknown: verdict assumes root: no answer from "r.test"']],
    [['note', 'image unknown: verdict assumes root']],
  ]);
  expect(containers.map(({ imageKnown }) => imageKnown)).toEqual(['yes', 'unknown', 'unknown']);
});

test('a pod that is told to have a user has its verdict without the image', () => {
  const workload = workloadOf(careful);
  const { containers } = predictWorkload(workload, new Map(), settings);
  expect(containers[0]?.start).toEqual({ ok: true });
  expect(containers[0]?.findings).toEqual([
    expect.objectContaining({
      severity: 'note',
      message: 'image unknown: verdict assumes no accounts in it',
    }),
  ]);
});
