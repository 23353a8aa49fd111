import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { typicalPlatform } from '../confinement/platform.ts';
import type { CheckReport } from '../core/contract/check-report.ts';
import type { Image, PasswdEntry } from '../image/image.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { workloadsOf } from '../manifest/workloads.ts';
import { exitCodeFor } from './exit-code.ts';
import { type PredictInput, predict } from './predict.ts';

const app: PasswdEntry = { name: 'app', uid: 1654, gid: 1654, gecos: '', home: '/', shell: '' };

function imageOf(user: string, hasAccounts = true): Image {
  return {
    reference: 'web',
    digest: 'sha256:0',
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: { User: user },
      rootfs: { type: 'layers', diff_ids: [] },
    },
    accounts: hasAccounts ? { passwd: [app], group: [] } : undefined,
  };
}

async function check(yaml: string, image?: Image, asked: Partial<PredictInput> = {}): Promise<CheckReport> {
  const set = await readManifests(['-'], { stdin: Readable.from([yaml]), refusedObjects: 'keep' });
  return predict({
    workloads: workloadsOf(set, { refusedObjects: 'keep' }),
    objects: set.objects,
    lookup: set.lookup,
    images: { find: () => Promise.resolve(image) },
    platform: typicalPlatform('containerd'),
    ...asked,
  });
}

const deployment = `# a comment
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: web
          image: web:1
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
`;

test('admitted by the policy and refused by the kubelet: both verdicts, exit code 3', async () => {
  const report = await check(deployment, imageOf('app'));
  const [workload] = report.workloads;
  expect(workload).toMatchObject({
    source: { document: 0, line: 2 },
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'default',
    name: 'web',
    admission: {
      level: 'restricted',
      version: 'v1.36',
      allowed: true,
      message: '',
      violations: [],
      controls: 15,
    },
  });
  expect(workload?.containers[0]?.start).toMatchObject({
    ok: false,
    reason: 'CreateContainerConfigError',
    message: expect.stringMatching(
      /^container has runAsNonRoot and image has non-numeric user \(app\), cannot verify/,
    ),
    advice: expect.stringContaining('runAsUser: 1654'),
    field: 'spec.template.spec.securityContext.runAsUser',
    line: 13,
    column: 7,
  });
  expect(report).toMatchObject({ profile: 'containerd', kubernetes: '1.36' });
  expect(report.summary).toMatchObject({ workloads: 1, denied: 0, wouldNotStart: 1 });
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(3);
});

test('values have their field in the document and its line; other origins have their words', async () => {
  const report = await check(deployment, imageOf('1654'));
  const container = report.workloads[0]?.containers[0];
  expect(container).toMatchObject({ imageKnown: 'yes', imageDigest: 'sha256:0', start: { ok: true } });
  expect(container?.confinement['noNewPrivileges']).toEqual({
    value: true,
    from: 'spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation',
    line: 20,
  });
  expect(container?.confinement['user']).toMatchObject({
    value: { uid: 1654, gid: 1654 },
    from: 'image USER 1654',
  });
  expect(container?.confinement['seccomp']).toMatchObject({
    from: 'spec.template.spec.securityContext.seccompProfile',
  });
  expect(container?.confinement['namespaces.user']?.value).toEqual({ mode: 'host' });
  expect(Object.keys(container?.confinement ?? {})).toEqual(
    expect.arrayContaining([
      'mounts[/proc]',
      'resources.cpuShares',
      'user.groups',
      'capabilities',
      'oomScoreAdj',
    ]),
  );
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(0);
});

test('a denied pod: violations with their lines, exit code 1', async () => {
  const report = await check(
    deployment.replace('allowPrivilegeEscalation: false', 'privileged: true'),
    imageOf('1654'),
  );
  expect(
    report.workloads[0]?.admission.violations.map(({ check: id, fields, line }) => [id, fields, line]),
  ).toEqual([
    ['privileged', ['spec.template.spec.containers[0].securityContext.privileged'], 20],
    [
      'allowPrivilegeEscalation',
      ['spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation'],
      19,
    ],
  ]);
  expect(report.workloads[0]?.admission.message).toBe(
    'violates PodSecurity "restricted:v1.36": privileged (container "web" must not set securityContext.privileged=true), allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)',
  );
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(1);
});

test('an image that is not at hand is told, and root is assumed', async () => {
  const report = await check(deployment.replace('runAsNonRoot: true', 'fsGroup: 1'), undefined, {
    level: 'baseline',
  });
  const container = report.workloads[0]?.containers[0];
  expect(container).toMatchObject({ imageKnown: 'unknown', confinement: { user: { value: { uid: 0 } } } });
  expect(container).not.toHaveProperty('imageDigest');
  expect(container?.findings).toContainEqual({
    severity: 'note',
    code: 'image-unknown',
    message: 'image unknown: verdict assumes root',
    field: 'spec.template.spec.containers[0].image',
    line: 18,
    column: 11,
    advice: 'podproof image pull web:1',
  });
});

function refuse(): Promise<never> {
  return Promise.reject(new Error('no answer from "r.test"'));
}

test('a registry that does not answer makes the image unknown, with the reason', async () => {
  const report = await check(deployment, undefined, { images: { find: refuse } });
  const [finding] = report.workloads[0]?.containers[0]?.findings ?? [];
  expect(finding).toMatchObject({
    severity: 'warning',
    code: 'image-unknown',
    message: 'image unknown: verdict assumes root: no answer from "r.test"',
  });
  // It was asked for in vain, so the strictest counts: the kubelet would refuse an image of root.
  expect(report.workloads[0]?.containers[0]?.start).toMatchObject({
    ok: false,
    reason: 'CreateContainerConfigError',
    message: expect.stringContaining('image will run as root'),
  });
  // There is nothing to pull.
  expect(finding).not.toHaveProperty('advice');
});

test('of a pod that must not be root the user of an unknown image is not known', async () => {
  const report = await check(deployment);
  expect(report.workloads[0]?.containers[0]).toMatchObject({
    confinement: { user: { value: { uid: null } } },
    findings: expect.arrayContaining([
      expect.objectContaining({
        code: 'image-unknown',
        message: 'image unknown: verdict assumes a user other than root',
      }),
    ]),
  });
});

test('an image whose layers are not at hand is known by its config only', async () => {
  const report = await check(deployment, imageOf('1654', false));
  expect(report.workloads[0]?.containers[0]).toMatchObject({ imageKnown: 'config' });
});

test('a Namespace in the input decides by its labels, for its own workloads', async () => {
  const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: default
  labels:
    pod-security.kubernetes.io/enforce: privileged
    pod-security.kubernetes.io/warn: baseline
---
`;
  const report = await check(
    namespace + deployment.replace('allowPrivilegeEscalation: false', 'privileged: true'),
  );
  expect(report.workloads[0]?.admission).toMatchObject({
    level: 'privileged',
    version: 'latest',
    allowed: true,
  });
  expect(report.workloads[0]?.findings).toEqual([
    {
      severity: 'warning',
      code: 'pod-security-warning',
      message:
        'would violate PodSecurity "baseline:latest": privileged (container "web" must not set securityContext.privileged=true)',
    },
  ]);
  const asked = await check(namespace + deployment, undefined, { level: 'restricted', version: 'latest' });
  expect(asked.workloads[0]?.admission).toMatchObject({ level: 'restricted', version: 'latest' });
});

test('every container has its kind and place', async () => {
  const report = await check(`apiVersion: v1
kind: Pod
metadata: { name: p, namespace: apps }
spec:
  os: { name: linux }
  initContainers:
    - { name: i, image: i }
    - { name: s, image: s, restartPolicy: Always }
  containers:
    - { name: c, image: c }
`);
  expect(report.workloads[0]?.containers.map(({ name, type, image }) => [name, type, image])).toEqual([
    ['i', 'init', 'i'],
    ['s', 'sidecar', 's'],
    ['c', 'container', 'c'],
  ]);
  expect(report.workloads[0]?.admission.violations[0]?.fields).toEqual([
    'spec.initContainers[0].securityContext.allowPrivilegeEscalation',
    'spec.initContainers[1].securityContext.allowPrivilegeEscalation',
    'spec.containers[0].securityContext.allowPrivilegeEscalation',
  ]);
});

test('a pod for Windows is judged by the policy, and told not to be predicted', async () => {
  const report = await check(
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec: { os: { name: windows }, containers: [{ name: c, image: c }] }\n',
  );
  expect(report.workloads[0]?.findings.map(({ code }) => code)).toContain('windows-pod');
  expect(report.workloads[0]?.admission.violations.map(({ check: id }) => id)).toEqual(['runAsNonRoot']);
});

test('what is about the whole pod is told once, with the pod', async () => {
  const pod = `apiVersion: v1
kind: Pod
metadata: { name: p }
spec:
  securityContext: { fsGroup: 2000 }
  containers: [{ name: a, image: a }, { name: b, image: b }]
  volumes:
    - name: data
      hostPath: { path: /srv }
`;
  const report = await check(pod);
  expect(report.workloads[0]?.findings.map(({ code, field, line }) => [code, field, line])).toEqual([
    ['fs-group-on-host-path', 'spec.volumes[0].hostPath', 9],
  ]);
});

test('no workload is no fault', async () => {
  const report = await check('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\n');
  expect(report.summary).toMatchObject({
    workloads: 0,
    invalid: 0,
    denied: 0,
    wouldNotStart: 0,
    warnings: 0,
  });
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(0);
});

test('what the API server would refuse is reported with its place, and both verdicts are still given', async () => {
  const report = await check(
    deployment.replace('{ app: web } }', '{ app: other } }').replace('image: web:1', 'image: ""'),
    imageOf('1654'),
  );
  const [workload] = report.workloads;
  expect(workload?.invalid).toEqual([
    {
      message: 'spec.template.spec.containers[0].image: Required value',
      field: 'spec.template.spec.containers[0].image',
      line: 18,
      column: 11,
    },
  ]);
  expect(workload?.admission).toMatchObject({ allowed: true, controls: 15 });
  expect(workload?.containers).toHaveLength(1);
  expect(report.summary).toMatchObject({ workloads: 1, invalid: 1, denied: 0 });
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(2);
});

test('a name that the API server would not take is a warning: nothing is confined by it', async () => {
  const report = await check(deployment.replace('name: web\n', 'name: my_web\n'), imageOf('1654'));
  expect(report.workloads[0]?.invalid).toEqual([]);
  expect(report.workloads[0]?.findings[0]).toMatchObject({
    severity: 'warning',
    code: 'invalid-name',
    message: expect.stringContaining(
      'metadata.name: Invalid value: "my_web": a lowercase RFC 1123 subdomain',
    ),
    field: 'metadata.name',
    line: 5,
  });
  expect(report.summary).toMatchObject({ invalid: 0, warnings: 1 });
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(0);
});

test('an invalid object that makes no pods is told as well', async () => {
  const report = await check('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata:\n  "a b": x\n');
  expect(report.objects).toEqual([
    expect.objectContaining({
      kind: 'ConfigMap',
      namespace: 'default',
      name: 'c',
      source: { file: '-', document: 0, line: 1 },
      invalid: [expect.objectContaining({ field: 'data[a b]', line: 5 })],
    }),
  ]);
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(2);
});

test('a custom resource whose template is invalid is predicted like a Deployment', async () => {
  const custom = deployment.replace('apps/v1', 'example.test/v1').replace('kind: Deployment', 'kind: Web');
  const report = await check(custom.replace('name: web\n          image', 'name: Web\n          image'));
  expect(report.workloads[0]?.invalid).toEqual([
    expect.objectContaining({ field: 'spec.template.spec.containers[0].name', line: 17 }),
  ]);
  expect(report.workloads[0]?.containers).toHaveLength(1);
});

test.each([
  ['no containers', 'spec: {}'],
  ['no spec', ''],
  [
    'a negative quantity',
    'spec: { containers: [{ name: c, image: i, resources: { limits: { cpu: -1, memory: -5Gi } } }] }',
  ],
  ['a mount of nothing', 'spec: { containers: [{ name: c, image: i, volumeMounts: [{ name: v }] }] }'],
  [
    'negative ids',
    'spec: { securityContext: { runAsUser: -1, fsGroup: -1 }, containers: [{ name: c, image: i }] }',
  ],
  [
    'a profile of no type',
    'spec: { securityContext: { seccompProfile: {} }, containers: [{ name: c, image: i }] }',
  ],
  ['two volumes in one', 'spec: { volumes: [{ name: v, emptyDir: {}, hostPath: {} }], containers: [] }'],
  ['empty maps', 'spec: { containers: [{}], initContainers: [{}], volumes: [{}] }'],
])('the prediction of an invalid pod does not fail: %s', async (_, spec) => {
  const report = await check(`apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n${spec}\n`, imageOf('1654'));
  expect(report.workloads[0]?.invalid.length).toBeGreaterThan(0);
  expect(exitCodeFor(report.summary, 'would-not-start')).toBe(2);
});

test('the token that a cluster mounts is among the mounts, unless the pod does not want it', async () => {
  const member = 'mounts[/var/run/secrets/kubernetes.io/serviceaccount]';
  const mounting = await check(deployment, imageOf('1654'));
  expect(mounting.workloads[0]?.containers[0]?.confinement[member]).toEqual({
    value: expect.objectContaining({ readOnly: true }),
    from: 'kubernetes default (automountServiceAccountToken)',
  });
  const unwanted = 'automountServiceAccountToken: false\n      containers:';
  const without = await check(deployment.replace('containers:', unwanted), imageOf('1654'));
  expect(without.workloads[0]?.containers[0]?.confinement).not.toHaveProperty([member]);
});
