import { describe, expect, test } from 'vitest';
import type { NodeReport } from '../core/contract/node-report.ts';
import { PLAIN } from './palette.ts';
import { renderStatus, renderUp } from './render-node.ts';

const options = { columns: 100, palette: PLAIN };
const report: NodeReport = {
  apiVersion: 'podproof.dev/v1',
  kind: 'NodeReport',
  running: true,
  state: 'running',
  pid: 42,
  url: 'https://127.0.0.1:6443',
  startedAt: '2026-01-02T03:04:05.000Z',
  memoryBytes: 80 * 1024 * 1024,
  kubeconfig: '/var/lib/podproof/kubeconfig',
  kubernetes: '1.36',
  log: '/var/lib/podproof/node.log',
};
const pod = { namespace: 'default', name: 'web', ready: '1/1', status: 'Running', restarts: '0', age: '5s' };

describe('what up says', () => {
  test('is what to type next', () => {
    const use = { merged: undefined, rootFlag: '' };
    expect(renderUp({ ...report, readyInMs: 312, pods: [pod] }, use, options)).toBe(
      [
        'node ready in 312 ms   https://127.0.0.1:6443   Kubernetes 1.36',
        '1 pod from before',
        '',
        '  export KUBECONFIG=/var/lib/podproof/kubeconfig',
        '  kubectl get nodes',
        '',
        'pods  podproof status',
        'stop  podproof down',
        'log   /var/lib/podproof/node.log',
        '',
      ].join('\n'),
    );
  });

  test('names the root where the environment does not, and the file that has the context', () => {
    const text = renderUp(report, { merged: '/root/.kube/config', rootFlag: ' --root /tmp/a' }, options);
    expect(text).not.toContain('export');
    expect(text).toContain('context  podproof, now the current one in /root/.kube/config\n');
    expect(text).toContain('stop     podproof down --root /tmp/a\n');
  });
});

describe('what status says', () => {
  test('of a node that runs: where, its pods and their proofs, and what the audit level found', () => {
    const audit = [
      { at: '2026-01-02T03:05:00Z', user: 'me', object: 'create pods a/b', message: 'would violate' },
    ];
    const text = renderStatus({ ...report, pods: [{ ...pod, proof: '18/18' }], audit }, options);
    expect(text).toMatch(/^node {8}https:\/\/127\.0\.0\.1:6443 {3}Kubernetes 1\.36\nprocess {5}42 {3}80 MiB/);
    expect(text).toMatch(/\nNAMESPACE +NAME +READY +STATUS +RESTARTS +AGE +PROOF\ndefault +web .* 18\/18\n/);
    expect(text).toMatch(/\nPod Security audit\n +2026-01-02T03:05:00Z +create pods a\/b +would violate\n$/);
  });

  test.each([
    ['stopped', /^no node runs here\n {2}start it {3}podproof up\n/],
    ['killed', /^the node was killed: process 42, started 2026-.*\n {2}take them over {3}podproof up\n/],
    ['changing', /^the node is starting or stopping, process 42\n/],
  ] as const)('of one that is %s', (state, expected) => {
    expect(renderStatus({ ...report, running: false, state }, options)).toMatch(expected);
  });
});
