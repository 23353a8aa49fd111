import { expect, test } from 'vitest';
import type { PodSpec } from '../kube/pod.ts';
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

test('results that allow are shared between pods, and nobody can change them', () => {
  const spec = { containers: [{ name: 'c' }] };
  const [first] = evaluatePod('baseline', 'latest', undefined, spec).results;
  expect(first).toBe(evaluatePod('baseline', 'latest', {}, { ...spec, hostPID: true }).results[0]);
  expect(Object.isFrozen(first)).toBe(true);
});

test('explicit nulls are as good as nothing', () => {
  const spec: PodSpec = JSON.parse(
    '{"containers":[{"name":"c","securityContext":null,"ports":null,"lifecycle":null}],"initContainers":null,"volumes":null,"securityContext":null,"os":null}',
  );
  expect(evaluatePod('baseline', 'latest', undefined, spec).allowed).toBe(true);
  expect(evaluatePod('restricted', 'v1.0', undefined, spec).forbiddenReasons).toEqual([
    'runAsNonRoot != true',
  ]);
});

test('a pod of ten thousand bad containers takes its time once, not squared', () => {
  const securityContext = { privileged: true, capabilities: { add: ['SYS_ADMIN'] }, runAsUser: 0 };
  const containers = Array.from({ length: 10_000 }, (_, index) => ({ name: `c${index}`, securityContext }));
  const started = performance.now();
  const { results } = evaluatePod('restricted', 'latest', undefined, { containers });
  expect(performance.now() - started).toBeLessThan(1000);
  expect(results.find(({ id }) => id === 'privileged')?.fields).toHaveLength(10_000);
});
