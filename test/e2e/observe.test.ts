import { describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../src/core/contract/doctor-report.ts';
import type { ObservationReport } from '../../src/core/contract/observation-report.ts';
import { runBareContainer } from '../support/bundle.ts';
import { canRunContainers } from '../support/machine.ts';
import { hasPodman, runPodmanContainer } from '../support/podman.ts';
import { podproof } from '../support/podproof.ts';

const manifest = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: {
    containers: [
      { name: 'other', image: 'localhost/busybox:root' },
      { name: 'c', image: 'localhost/busybox:root', securityContext: { readOnlyRootFilesystem: true } },
    ],
  },
});

/** The fields of a comparison by whether they hold. */
async function compare(pid: number): Promise<Readonly<Record<string, boolean>>> {
  const args = ['prove', '--pid', String(pid), '-f', '-', '--container', 'c', '-o', 'json'];
  const { exitCode, stdout } = await podproof(args, manifest);
  expect(exitCode).toBe(1);
  const { proof, container }: ObservationReport = JSON.parse(stdout);
  expect(container).toBe('c');
  return Object.fromEntries((proof?.facts ?? []).map(({ field, holds }) => [field, holds]));
}

describe.skipIf(!canRunContainers())('prove --pid with a manifest', () => {
  test('a container of plain runc: what it shares with the manifest holds, what differs does not', async () => {
    using container = runBareContainer(['sleep', '60']);
    expect(await compare(container.pid)).toMatchObject({
      'user.uid': true,
      'rootFilesystem.readOnly': true,
      seccomp: true,
      'namespaces.user': true,
      'capabilities.bounding': false,
      'resources.memory': false,
    });
  });

  test.skipIf(!hasPodman())(
    "a container of podman: its capabilities and filter are not Kubernetes' defaults",
    async () => {
      using container = runPodmanContainer(['sleep', '60']);
      expect(await compare(container.pid)).toMatchObject({
        'user.uid': true,
        noNewPrivileges: true,
        'capabilities.bounding': false,
        seccomp: false,
        'rootFilesystem.readOnly': false,
      });
    },
  );

  test('of several containers one must be named', async () => {
    const { exitCode, stderr } = await podproof(['prove', '--pid', String(process.pid), '-f', '-'], manifest);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--container NAME, one of: other, c');
  });

  test('a process that does not exist is bad input', async () => {
    const { exitCode, stderr } = await podproof(['prove', '--pid', '4194305']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('4194305');
  });
});

describe.skipIf(!canRunContainers())('doctor', () => {
  test('says what the machine has, in lines that fit, and that pods can run', async () => {
    const { exitCode, stdout } = await podproof(['doctor']);
    expect(exitCode).toBe(0);
    for (const row of ['kernel', 'runc', 'conmon', 'CNI plugins', 'cgroups'])
      expect(stdout).toMatch(new RegExp(`^${row} {2,}\\S`, 'm'));
    expect(stdout).toMatch(/\nready to run pods(?:; \d+ warnings?)?\n$/);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    const json: DoctorReport = JSON.parse((await podproof(['doctor', '-o', 'json'])).stdout);
    expect(json).toMatchObject({ kind: 'DoctorReport', ready: true });
  });

  test('without a runtime it says how to get one, with exit code 4', async () => {
    const { exitCode, stdout } = await podproof(['doctor', '--runtime', '/nowhere/runc']);
    expect(exitCode).toBe(4);
    expect(stdout).toContain('cannot run pods here');
  });
});
