import { expect, test } from 'vitest';
import { type AdmissionRequest, admit } from './admit.ts';
import { levelsFor } from './namespace-policy.ts';

const request: AdmissionRequest = {
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', securityContext: { privileged: true } }], runtimeClassName: 'kata' },
  namespace: 'apps',
  username: 'jo',
};

const policyOf = (labels: Readonly<Record<string, string>>) =>
  levelsFor(
    Object.fromEntries(
      Object.entries(labels).map(([name, value]) => [`pod-security.kubernetes.io/${name}`, value]),
    ),
  ).policy;

test('a pod that violates enforce is denied, without warnings on top', () => {
  expect(
    admit(request, policyOf({ enforce: 'baseline', 'enforce-version': 'v1.36', warn: 'restricted' })),
  ).toMatchObject({
    allowed: false,
    message:
      'violates PodSecurity "baseline:v1.36": privileged (container "c" must not set securityContext.privileged=true)',
    warnings: [],
    auditAnnotations: { 'enforce-policy': 'baseline:v1.36' },
  });
});

test('warn and audit speak of what would be', () => {
  const text =
    'would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)';
  expect(admit(request, policyOf({ warn: 'baseline', audit: 'baseline' }))).toMatchObject({
    allowed: true,
    message: '',
    warnings: [text],
    auditAnnotations: { 'enforce-policy': 'privileged:latest', 'audit-violations': text },
  });
});

test.each([
  ['namespace', { usernames: ['jo'], namespaces: ['apps'], runtimeClasses: ['kata'] }],
  ['user', { usernames: ['jo'], namespaces: [], runtimeClasses: ['kata'] }],
  ['runtimeClass', { usernames: [], namespaces: [], runtimeClasses: ['kata'] }],
] as const)('an exempt %s is not judged', (exempt, exemptions) => {
  const admission = admit(request, policyOf({ enforce: 'baseline' }), exemptions);
  expect(admission).toMatchObject({
    allowed: true,
    exempt,
    auditAnnotations: { exempt },
    evaluation: undefined,
  });
});

test('others are', () => {
  const exemptions = { usernames: ['al', ''], namespaces: ['kube-system'], runtimeClasses: [''] };
  expect(admit(request, policyOf({ enforce: 'baseline' }), exemptions).allowed).toBe(false);
});

test('what makes pods is warned of and audited, never denied: its pods will be', () => {
  const admission = admit(
    { ...request, isController: true },
    policyOf({ enforce: 'baseline', audit: 'baseline', warn: 'privileged' }),
  );
  expect(admission).toMatchObject({ allowed: true, message: '', warnings: [], evaluation: undefined });
  expect(admission.auditAnnotations).toEqual({
    'audit-violations': expect.stringContaining('would violate PodSecurity "baseline:latest": privileged'),
  });
  const warned = admit({ ...request, isController: true }, policyOf({ enforce: 'restricted' }));
  expect(warned.warnings).toEqual([
    expect.stringContaining('would violate PodSecurity "restricted:latest": privileged'),
  ]);
});
