import { describe, expect, test } from 'vitest';
import type { WorkloadReport } from '../../src/core/contract/check-report.ts';
import {
  codesOf,
  containerOf,
  deniedBy,
  imageWith,
  predictOne,
  predictYaml,
} from '../support/predict-yaml.ts';

/** Thirteen wrong answers of other tools: the same input, and the right answer. */

const rootImage = { web: imageWith({}, { app: 1000 }) };
const restrictedContainer = `
      allowPrivilegeEscalation: false
      capabilities: { drop: [ALL] }
      seccompProfile: { type: RuntimeDefault }`;

/** A pod that restricted admits but for what is written into it. */
function pod({ spec = '', container = '', more = '' }: Readonly<Record<string, string>> = {}): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  ${spec}
  containers:
  - name: web
    image: web
    securityContext:${restrictedContainer}
      ${container}
${more}`;
}

/** The same with an init container of that security context. */
function withInit(securityContext: string): string {
  return pod({ more: `  initContainers: [{ name: init, image: web, securityContext: ${securityContext} }]` });
}

const startOf = (report: WorkloadReport, name = 'web') => containerOf(report, name).start;

test('1. Trivy KSV-0012: runAsNonRoot: false of a container cancels the true of its pod', async () => {
  const report = await predictOne(
    pod({ spec: 'securityContext: { runAsNonRoot: true }', container: 'runAsNonRoot: false' }),
    { images: rootImage },
  );
  expect(deniedBy(report)).toEqual(['runAsNonRoot']);
  expect(report.admission.message).toContain(
    'container "web" must not set securityContext.runAsNonRoot=false',
  );
  // The kubelet lets it start, as root.
  expect(startOf(report)).toEqual({ ok: true });
  expect(codesOf(containerOf(report, 'web'))).toContain('run-as-non-root-overridden');
  expect(containerOf(report, 'web').confinement['user']).toMatchObject({ value: { uid: 0 } });
});

test('2. Polaris: readOnlyRootFilesystem and allowPrivilegeEscalation do not exist at the pod', async () => {
  const written = 'readOnlyRootFilesystem: true, allowPrivilegeEscalation: false';
  const yaml = `apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  securityContext: { runAsUser: 1000, ${written} }
  containers: [{ name: web, image: web }]
`;
  await expect(predictYaml(yaml)).rejects.toMatchObject({
    problems: [
      expect.stringMatching(/:5:\d+ +unknown field "spec\.securityContext\.readOnlyRootFilesystem"/),
      expect.stringMatching(/:5:\d+ +unknown field "spec\.securityContext\.allowPrivilegeEscalation"/),
    ],
  });
  // Where they exist they count, and without them neither is so.
  const report = await predictOne(yaml.replace(`, ${written}`, ''), { images: rootImage });
  expect(deniedBy(report)).toContain('allowPrivilegeEscalation');
  const { confinement } = containerOf(report, 'web');
  expect(confinement['rootFilesystem']).toMatchObject({ value: { readOnly: false } });
  expect(confinement['noNewPrivileges']).toMatchObject({ value: false });
});

test('3. Polaris: procMount and hostProcess count in init containers too', async () => {
  const unmasked = await predictOne(withInit('{ procMount: Unmasked }'), { level: 'baseline' });
  expect(deniedBy(unmasked)).toEqual(['procMount']);
  expect(unmasked.admission.message).toContain('container "init"');
  const hostProcess = await predictOne(withInit('{ windowsOptions: { hostProcess: true } }'), {
    level: 'baseline',
  });
  expect(deniedBy(hostProcess)).toEqual(['windowsHostProcess']);
});

describe('4. Checkov CKV_K8S_23', () => {
  test('runAsNonRoot is asked of init containers too', async () => {
    const report = await predictOne(
      pod({
        container: 'runAsNonRoot: true',
        more: `  initContainers: [{ name: init, image: web, securityContext: { ${restrictedContainer.trim().replaceAll('\n', ', ')} } }]`,
      }),
      { images: { web: imageWith({ User: '1000' }) } },
    );
    expect(deniedBy(report)).toEqual(['runAsNonRoot']);
    expect(report.admission.message).toContain('pod or container "init" must set');
  });

  test('runAsUser: 0 below runAsNonRoot: true is refused by both', async () => {
    const report = await predictOne(
      pod({ spec: 'securityContext: { runAsNonRoot: true }', container: 'runAsUser: 0' }),
      { images: rootImage },
    );
    expect(deniedBy(report)).toEqual(['runAsUser']);
    expect(startOf(report)).toMatchObject({
      ok: false,
      reason: 'CreateContainerConfigError',
      message: expect.stringContaining("container's runAsUser breaks non-root policy"),
      advice: 'write runAsUser: 1000 (its passwd has app:1000)',
    });
  });
});

test('5. kube-score: seccompProfile Unconfined is no profile, and runAsNonRoot is looked at', async () => {
  const yaml = pod().replace('RuntimeDefault', 'Unconfined');
  const report = await predictOne(yaml, { images: rootImage });
  expect(deniedBy(report)).toEqual(['runAsNonRoot', 'seccompProfile_restricted']);
  expect(containerOf(report, 'web').confinement['seccomp']).toMatchObject({ value: { mode: 'unconfined' } });
});

test('6. kubescape C-0055: one hardening field beside it does not make up for Unconfined', async () => {
  const yaml = pod({ spec: 'securityContext: { runAsNonRoot: true, seLinuxOptions: { level: "s0:c1" } }' });
  const report = await predictOne(yaml.replace('RuntimeDefault', 'Unconfined'), { level: 'baseline' });
  expect(deniedBy(report)).toEqual(['seccompProfile_baseline']);
});

test('7. Kyverno: an old version is judged by the checks that it had', async () => {
  const yaml = pod({ spec: 'securityContext: { runAsNonRoot: true, runAsUser: 0 }' });
  const at = (version: 'v1.19' | 'v1.23') => predictOne(yaml, { level: 'restricted', version });
  // The check runAsUser came with v1.23; the kubelet never let such a pod start.
  expect(deniedBy(await at('v1.19'))).toEqual([]);
  expect(startOf(await at('v1.19'))).toMatchObject({ ok: false });
  expect(deniedBy(await at('v1.23'))).toEqual(['runAsUser']);
});

test.each(['0', 'root', 'app'])('8. Kubewarden: runAsUser: 1000 goes before USER %s', async (User) => {
  const yaml = pod({ container: 'runAsNonRoot: true\n      runAsUser: 1000' });
  const report = await predictOne(yaml, { images: { web: imageWith({ User }, { app: 1654 }) } });
  expect(deniedBy(report)).toEqual([]);
  expect(startOf(report)).toEqual({ ok: true });
  expect(containerOf(report, 'web').confinement['user']).toMatchObject({ value: { uid: 1000 } });
});

test('9. Monokle PSS203: runAsNonRoot: true of the pod counts for its containers', async () => {
  const report = await predictOne(pod({ spec: 'securityContext: { runAsNonRoot: true }' }), {
    images: { web: imageWith({ User: '1000' }) },
  });
  expect(deniedBy(report)).toEqual([]);
  expect(startOf(report)).toEqual({ ok: true });
});

test.each(['', 'root', '0', '0:0', '0:1000', 'root:root'])(
  '10. Kyverno only-trustworthy-registries-set-root: USER "%s" is root, in init containers too',
  async (User) => {
    const yaml = pod({ more: '  initContainers: [{ name: init, image: web }]' });
    const images = { web: imageWith({ User }) };
    const report = await predictOne(yaml, { images, level: 'privileged' });
    for (const container of report.containers) expect(codesOf(container)).toContain('implicit-root');
    const refused = await predictOne(yaml.replace('  \n', '  securityContext: { runAsNonRoot: true }\n'), {
      images,
      level: 'privileged',
    });
    expect(refused.containers.map(({ name, start }) => [name, start.ok])).toEqual([
      ['init', false],
      ['web', false],
    ]);
  },
);

test('11. podman kube play: runAsNonRoot keeps a root image from starting, and fsGroup is a group', async () => {
  const spec = 'securityContext: { runAsNonRoot: true, fsGroup: 2000 }';
  const report = await predictOne(pod({ spec }), { images: rootImage });
  expect(startOf(report)).toMatchObject({
    ok: false,
    message: expect.stringContaining('container has runAsNonRoot and image will run as root'),
  });
  const user = containerOf(report, 'web').confinement['user'];
  expect(user).toMatchObject({ value: { groups: [0, 2000] } });
});

test.each([
  ['Job', 'batch/v1', (template: string) => `spec: { template: ${template} }`],
  ['CronJob', 'batch/v1', (template: string) => cronJobSpec(template)],
])('12. kubesec: a %s has both verdicts', async (kind, apiVersion, specOf) => {
  const template =
    '{ spec: { restartPolicy: Never, securityContext: { runAsNonRoot: true }, containers: [{ name: web, image: web }] } }';
  const yaml = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web }\n${specOf(template)}\n`;
  const report = await predictOne(yaml, { images: rootImage });
  expect(report).toMatchObject({ kind, invalid: [] });
  expect(deniedBy(report)).toEqual([
    'allowPrivilegeEscalation',
    'capabilities_restricted',
    'seccompProfile_restricted',
  ]);
  expect(startOf(report)).toMatchObject({ ok: false, reason: 'CreateContainerConfigError' });
});

function cronJobSpec(template: string): string {
  return `spec: { schedule: "0 0 * * *", jobTemplate: { spec: { template: ${template} } } }`;
}

describe('13. Monokle PSS107', () => {
  test('an AppArmor annotation names the container in its key', async () => {
    const annotations = '{ container.apparmor.security.beta.kubernetes.io/web: unconfined }';
    const yaml = pod().replace('{ name: web }', `{ name: web, annotations: ${annotations} }`);
    expect(deniedBy(await predictOne(yaml, { level: 'baseline' }))).toEqual(['appArmorProfile']);
  });

  test('the field counts as well, of the pod and of a container', async () => {
    const profile = 'appArmorProfile: { type: Unconfined }';
    const ofPod = await predictOne(pod({ spec: `securityContext: { ${profile} }` }), { level: 'baseline' });
    expect(deniedBy(ofPod)).toEqual(['appArmorProfile']);
    expect(deniedBy(await predictOne(pod({ container: profile }), { level: 'baseline' }))).toEqual([
      'appArmorProfile',
    ]);
  });
});
