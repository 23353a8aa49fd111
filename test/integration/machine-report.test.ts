import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mount, unmountTree } from '../../src/linux/mounts.ts';
import { readCgroupHierarchies } from '../../src/runtime/cgroups.ts';
import { findProgram } from '../../src/runtime/find-program.ts';
import {
  describeForwarding,
  type MachineReport,
  type MachineRow,
  readMachineReport,
} from '../../src/runtime/machine-report.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';
import { runtimeProblem } from '../../src/runtime/runtime-problem.ts';
import { canRunContainers } from '../support/machine.ts';
import { openRuntimeFixture } from './runtime-fixture.ts';

let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'podproof-machine-'));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

function row(report: MachineReport, name: string): MachineRow | undefined {
  return report.rows.find((each) => each.name === name);
}

describe.skipIf(!canRunContainers())('the report on a machine', () => {
  it('is ready where containers run, and names every part', async () => {
    const report = await readMachineReport({ libDir: scratch });
    expect(report.ready).toBe(true);
    expect(report.warnings).toBe(report.rows.filter(({ status }) => status === 'warning').length);
    expect(report.rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'kernel',
        'runc',
        'conmon',
        'CNI plugins',
        'cgroups',
        'seccomp',
        'cannot prove',
      ]),
    );
  });

  it('tells of the setting that pods leave behind', async () => {
    const ipForward = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim();
    const report = await readMachineReport({ libDir: scratch });
    expect(row(report, 'CNI plugins')?.lines).toContain(describeForwarding(ipForward));
    expect(describeForwarding('0')).toContain('the first pod with a network sets it to 1, and it stays so');
    expect(describeForwarding('1')).toContain('net.ipv4.ip_forward is 1');
  });

  it('leaves nothing and makes no directory', async () => {
    const libDir = join(scratch, 'not', 'there');
    await readMachineReport({ libDir });
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('says which file system cannot be id-mapped, of the nearest directory that exists', async () => {
    // devtmpfs, proc and overlay cannot; sysfs neither, and is everywhere.
    const report = await readMachineReport({ libDir: '/sys/kernel/podproof/lib' });
    const kernel = row(report, 'kernel');
    expect(kernel?.status).toBe('warning');
    expect(kernel?.lines.join('\n')).toContain('id-mapped mounts /sys/kernel/podproof/lib no, tmpfs yes');
    mount('tmpfs', scratch, 'tmpfs', 0);
    try {
      const onTmpfs = await readMachineReport({ libDir: join(scratch, 'lib') });
      expect(row(onTmpfs, 'kernel')?.lines[0]).toBe('user namespaces yes, id-mapped mounts yes');
    } finally {
      unmountTree(scratch);
    }
  });

  it('is not ready without its runtime, and says how to get it', async () => {
    const report = await readMachineReport({ runtime: 'no-such-runtime', libDir: scratch });
    expect(report.ready).toBe(false);
    expect(row(report, 'no-such-runtime')).toEqual({
      name: 'no-such-runtime',
      lines: ['not installed'],
      status: 'missing',
      advice: 'apt-get install no-such-runtime',
    });
  });
});

const crun = findProgram('crun');
const problem = crun === undefined ? undefined : runtimeProblem('crun', readCgroupHierarchies());

describe.skipIf(!canRunContainers() || crun === undefined)('crun', () => {
  it.skipIf(problem === undefined)(
    'is refused at once where it cannot run, and the report says so',
    async () => {
      const report = await readMachineReport({ runtime: 'crun', libDir: scratch });
      expect(report.ready).toBe(false);
      expect(row(report, 'crun')).toMatchObject({ lines: [problem], status: 'missing' });
      await expect(
        openEngine({ root: scratch, profile: 'containerd', runtime: 'crun' }),
      ).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(
          /^cannot run pods with crun [\d.]+: crun does not support cgroups in hybrid mode/,
        ),
      });
      expect(readdirSync(join(scratch, 'lib'))).toEqual([]);
    },
  );

  it.skipIf(problem !== undefined)('runs a container where it can', async () => {
    const fixture = await openRuntimeFixture('crun');
    const request = fixture.sandboxRequest('with-crun', { network: 'pod' });
    try {
      const container = await fixture.run(await fixture.engine.createSandbox(request), ['/bin/true']);
      expect((await fixture.engine.waitContainer(container)).exitCode).toBe(0);
    } finally {
      await fixture.engine.removeSandbox(request);
      fixture.close();
    }
  });
});
