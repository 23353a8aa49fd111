import * as fc from 'fast-check';
import type { Container, Pod, PodSpec } from '../../../src/kube/pod.ts';

/** A change that can make no pod better: what a control denied it still must deny. */
export type Mutation = (pod: Pod) => Pod;

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;
type List = (typeof LISTS)[number];

const list = fc.constantFrom<List>(...LISTS);

/** Fields that no control looks at. */
const BENIGN: Readonly<Partial<Container>> = {
  command: ['/app', '--listen=0.0.0.0'],
  env: [{ name: 'PRIVILEGED', value: 'false' }],
  workingDir: '/srv',
  imagePullPolicy: 'Always',
  resources: { limits: { memory: '64Mi' } },
  volumeMounts: [{ name: 'none', mountPath: '/none' }],
  stdin: true,
  tty: true,
  terminationMessagePath: '/dev/null',
};

/** As safe as a container can be: nothing about the others becomes safer by it. */
const SAFE: Container = {
  name: 'safe',
  image: 'registry.example.com/app:1',
  securityContext: {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    runAsUser: 1000,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
    procMount: 'Default',
  },
};

function withSpec(pod: Pod, spec: Partial<PodSpec>): Pod {
  return { ...pod, spec: { ...pod.spec, ...spec } };
}

const addBenignFields = fc.tuple(list, fc.subarray(Object.keys(BENIGN))).map(([name, keys]): Mutation => {
  const fields = Object.fromEntries(Object.entries(BENIGN).filter(([key]) => keys.includes(key)));
  return (pod) => {
    const containers = pod.spec[name];
    if (containers === undefined || containers === null) return pod;
    return withSpec(pod, { [name]: containers.map((container) => ({ ...fields, ...container })) });
  };
});

const addPodFields = fc
  .subarray([
    ['nodeName', 'node'],
    ['hostname', 'privileged'],
    ['restartPolicy', 'Never'],
    ['automountServiceAccountToken', false],
    ['hostNetwork', true],
    ['runtimeClassName', 'gvisor'],
  ] as const)
  .map(
    (fields): Mutation =>
      (pod) =>
        withSpec(pod, { ...Object.fromEntries(fields), ...pod.spec }),
  );

const addContainer = fc.tuple(list, fc.boolean()).map(([name, isFirst]): Mutation => {
  return (pod) => {
    const containers = pod.spec[name] ?? [];
    return withSpec(pod, { [name]: isFirst ? [SAFE, ...containers] : [...containers, SAFE] });
  };
});

/** All containers of one list go to the end of another. */
const moveContainers = fc.tuple(list, list).map(([from, to]): Mutation => {
  return (pod) => {
    if (from === to) return pod;
    const moved = [...(pod.spec[to] ?? []), ...(pod.spec[from] ?? [])];
    return withSpec(pod, { [from]: [], [to]: moved });
  };
});

const addMetadata = fc
  .dictionary(
    fc.string({ minLength: 1, maxLength: 8 }).filter((key) => key !== '__proto__'),
    fc.string({ maxLength: 8 }),
    { maxKeys: 3 },
  )
  .map((added): Mutation => {
    return (pod) => {
      const annotations = { ...added, ...pod.metadata.annotations };
      return { ...pod, metadata: { ...pod.metadata, labels: added, annotations } };
    };
  });

const reverseKeys: Mutation = (pod) => JSON.parse(JSON.stringify(reversed(pod)));

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child)]),
  );
}

export const anyMutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.oneof(
    addBenignFields,
    addPodFields,
    addContainer,
    moveContainers,
    addMetadata,
    fc.constant(reverseKeys),
  ),
  { maxLength: 5 },
);
