import { expect, test } from 'vitest';
import { evaluatePod } from './evaluate-pod.ts';
import { policyMatrix } from './policy-matrix.ts';

test('versions with the same answer are one range, without a gap', () => {
  const spec = { containers: [{ name: 'c', securityContext: { runAsNonRoot: true } }], hostPID: true };
  const [baseline, restricted] = policyMatrix(undefined, spec);
  expect(baseline).toEqual({
    level: 'baseline',
    ranges: [{ from: 'v1.0', to: 'latest', allowed: false, checks: ['hostNamespaces'] }],
  });
  expect(restricted?.ranges).toEqual([
    { from: 'v1.0', to: 'v1.7', allowed: false, checks: ['hostNamespaces'] },
    {
      from: 'v1.8',
      to: 'v1.18',
      allowed: false,
      checks: ['hostNamespaces', 'allowPrivilegeEscalation'],
    },
    {
      from: 'v1.19',
      to: 'v1.21',
      allowed: false,
      checks: ['hostNamespaces', 'allowPrivilegeEscalation', 'seccompProfile_restricted'],
    },
    {
      from: 'v1.22',
      to: 'latest',
      allowed: false,
      checks: [
        'hostNamespaces',
        'allowPrivilegeEscalation',
        'capabilities_restricted',
        'seccompProfile_restricted',
      ],
    },
  ]);
});

test('every version in a range has its answer', () => {
  const spec = {
    containers: [{ name: 'c', securityContext: { procMount: 'Unmasked', runAsUser: 0 } }],
    hostUsers: false,
    os: { name: 'windows' },
  } as const;
  for (const { level, ranges } of policyMatrix({}, spec)) {
    for (let minor = 0; minor <= 40; minor += 1) {
      const range = ranges.findLast(({ from }) => Number(from.slice(3)) <= minor);
      const { allowed, results } = evaluatePod(level, `v1.${minor}`, {}, spec);
      expect({ allowed: range?.allowed, checks: range?.checks }).toEqual({
        allowed,
        checks: results.filter((it) => !it.allowed).map(({ id }) => id),
      });
    }
  }
});
