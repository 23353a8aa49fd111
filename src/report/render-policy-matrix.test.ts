import { expect, test } from 'vitest';
import type { WorkloadMatrix } from '../core/contract/policy-matrix.ts';
import { PLAIN } from './palette.ts';
import { renderPolicyMatrix } from './render-policy-matrix.ts';

const every = { from: 'v1.0', to: 'latest', allowed: true, checks: [] };

function workload(kind: string, name: string, levels: WorkloadMatrix['levels']): WorkloadMatrix {
  const source = { file: 'a.yaml', document: 0, line: 1 };
  return { source, apiVersion: 'v1', kind, namespace: 'default', name, levels };
}

const late: WorkloadMatrix['levels'] = [
  { level: 'baseline', ranges: [every] },
  {
    level: 'restricted',
    ranges: [
      { from: 'v1.0', to: 'v1.7', allowed: true, checks: [] },
      { from: 'v1.8', to: 'v1.21', allowed: false, checks: ['allowPrivilegeEscalation'] },
      {
        from: 'v1.22',
        to: 'latest',
        allowed: false,
        checks: ['allowPrivilegeEscalation', 'capabilities_restricted'],
      },
    ],
  },
];

test('a line a workload, the sum, and what denies, alike workloads together', () => {
  const never = { from: 'v1.0', to: 'latest', allowed: false, checks: ['hostNamespaces'] };
  const workloads = [
    workload('Pod', 'safe', [
      { level: 'baseline', ranges: [every] },
      { level: 'restricted', ranges: [every] },
    ]),
    workload('Deployment', 'web', late),
    workload('DaemonSet', 'agent', [
      { level: 'baseline', ranges: [never] },
      { level: 'restricted', ranges: [never] },
    ]),
    workload('StatefulSet', 'db', late),
  ];
  const report = {
    apiVersion: 'podproof.dev/v1',
    kind: 'PolicyMatrixReport',
    latest: 'v1.37',
    workloads,
  } as const;
  expect(renderPolicyMatrix(report, { columns: 100, palette: PLAIN })).toBe(
    [
      'workload                 allowed by baseline  allowed by restricted',
      'Pod default/safe         every version        every version',
      'Deployment default/web   every version        v1.0-v1.7',
      'DaemonSet default/agent  no version           no version',
      'StatefulSet default/db   every version        v1.0-v1.7',
      '',
      '4 workloads: 1 restricted, 2 baseline, 1 privileged at latest (v1.37)',
      '',
      'Deployment default/web and 1 other: denied by',
      '  restricted  v1.8-v1.21    allowPrivilegeEscalation',
      '              v1.22-latest  allowPrivilegeEscalation, capabilities_restricted',
      '',
      'DaemonSet default/agent: denied by',
      '  baseline    every version  hostNamespaces',
      '  restricted  every version  hostNamespaces',
      '',
    ].join('\n'),
  );
});
