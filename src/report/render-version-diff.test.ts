import { expect, test } from 'vitest';
import type { VersionDiffReport } from '../core/contract/version-diff.ts';
import { PLAIN } from './palette.ts';
import { renderVersionDiff } from './render-version-diff.ts';

const report: VersionDiffReport = {
  apiVersion: 'podproof.dev/v1',
  kind: 'VersionDiffReport',
  from: 'v1.33',
  to: 'latest',
  latest: 'v1.37',
  standard: [
    {
      version: 'v1.34',
      check: 'hostProbesAndHostLifecycle',
      title: 'Host Probes / Lifecycle Hooks',
      level: 'baseline',
      change: 'added',
      text: 'Probes and lifecycle hooks name no host.',
    },
    {
      version: 'v1.35',
      check: 'runAsUser',
      title: 'Running as Non-root user',
      level: 'restricted',
      change: 'revised',
      text: 'any uid is allowed in a pod with hostUsers: false',
    },
  ],
  workloads: [
    {
      source: { file: 'web.yaml', document: 0, line: 1 },
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'default',
      name: 'web',
      level: 'restricted',
      before: { allowed: true, message: '' },
      after: { allowed: false, message: 'violates ...' },
      steps: [
        {
          version: 'v1.34',
          starts: [
            {
              check: 'hostProbesAndHostLifecycle',
              reason: 'probe or lifecycle host',
              detail: 'container "\u001b[31mc" uses probe or lifecycle host "a"',
              advice: 'remove host "a"',
            },
          ],
          stops: [],
        },
        {
          version: 'v1.35',
          starts: [],
          stops: [{ check: 'runAsUser', reason: 'runAsUser=0', detail: '', advice: 'x' }],
        },
      ],
    },
  ],
  summary: { workloads: 12, changed: 1, newlyDenied: 1, newlyAllowed: 0 },
};

test('what the standard changed, whom that changes, and the sum', () => {
  expect(renderVersionDiff(report, { columns: 100, palette: PLAIN })).toBe(
    [
      'from v1.33 to latest (v1.37)',
      '  v1.34  hostProbesAndHostLifecycle  new: Probes and lifecycle hooks name no host.',
      '  v1.35  runAsUser                   any uid is allowed in a pod with hostUsers: false',
      '',
      'web.yaml:1  Pod default/web: restricted, will be denied',
      '  v1.34  denied  hostProbesAndHostLifecycle: container "\\u001b[31mc" uses probe or lifecycle host',
      '                 "a"',
      '                 remove host "a"',
      '  v1.35  lifted  runAsUser: runAsUser=0',
      '',
      '1 of 12 workloads changes: 1 will be denied, 0 will be allowed',
      '',
    ].join('\n'),
  );
});

test('where nothing changes that is all', () => {
  const same: VersionDiffReport = {
    ...report,
    standard: [],
    workloads: [],
    summary: { workloads: 1, changed: 0, newlyDenied: 0, newlyAllowed: 0 },
  };
  expect(renderVersionDiff(same, { columns: 100, palette: PLAIN })).toBe(
    'from v1.33 to latest (v1.37)\n  the standard asks for the same\n\nnothing changes for 1 workload\n',
  );
});

test('the way back takes back what the versions brought', () => {
  const back: VersionDiffReport = { ...report, from: 'latest', to: 'v1.33' };
  expect(renderVersionDiff(back, { columns: 100, palette: PLAIN })).toMatch(
    /^from latest \(v1\.37\) back to v1\.33: what came with these versions is taken back\n/,
  );
});
