import { expect, test } from 'vitest';
import { evaluatePod, forbiddenDetail, forbiddenReason, violationMessage } from './evaluate-pod.ts';

test('the sentence is the one that a cluster prints', () => {
  const evaluation = evaluatePod('restricted', 'v1.36', undefined, {
    containers: [{ name: 'c', image: 'nginx' }],
  });
  expect(evaluation.allowed).toBe(false);
  expect(violationMessage(evaluation)).toBe(
    'violates PodSecurity "restricted:v1.36": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  expect(forbiddenReason(evaluation)).toBe(
    'allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile',
  );
});

test('a pod of the restricted level is allowed by all fifteen checks', () => {
  const evaluation = evaluatePod('restricted', 'latest', undefined, {
    containers: [
      { name: 'c', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } },
    ],
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(evaluation.allowed).toBe(true);
  expect(evaluation.results).toHaveLength(15);
  expect(violationMessage(evaluation)).toBe('');
  expect(forbiddenDetail(evaluation)).toBe('');
});

test('the privileged level allows everything without a check', () => {
  const evaluation = evaluatePod('privileged', 'latest', undefined, { containers: [], hostPID: true });
  expect(evaluation).toMatchObject({ allowed: true, results: [] });
});
