import { expect, test } from 'vitest';
import type { Fact } from '../core/contract/proof-report.ts';
import { factSummaryRows, failedFactRows } from './fact-rows.ts';

function fact(field: string, observed: unknown, more: Partial<Fact> = {}): Fact {
  return {
    field,
    expected: observed,
    observed,
    holds: true,
    from: 'image USER 1',
    source: '/proc/1/status',
    ...more,
  };
}

test('where a read-only container can write is what the report says, with what lies there', () => {
  const facts = [fact('rootFilesystem.readOnly', true), fact('mounts[/etc/hosts]', { readOnly: false })];
  const rows = factSummaryRows(facts, [], [{ path: '/tmp', what: 'emptyDir' }]);
  expect(rows.map((row) => row.cells)).toEqual([
    ['root file system', 'read-only'],
    ['can write', '/tmp (emptyDir)'],
  ]);
  expect(factSummaryRows(facts, [], []).at(-1)?.cells).toEqual(['can write', 'nowhere']);
});

test('limits are told in units', () => {
  const facts = [
    fact('resources.memory', 64 * 1024 ** 2),
    fact('resources.cpuQuota', 50_000),
    fact('resources.cpuPeriod', 100_000),
  ];
  expect(factSummaryRows(facts, []).at(-1)?.cells).toEqual(['limits', 'memory 64 MiB, cpu 0.5']);
});

test('a long field name that does not hold stands alone, and takes no room from the others', () => {
  const [name, told] = failedFactRows([
    fact('sysctls[net.ipv4.ping_group_range]', '1 0', { expected: '0 1', holds: false }),
  ]);
  expect(name?.cells).toEqual(['sysctls[net.ipv4.ping_group_range]']);
  expect(told?.cells).toEqual(['', 'expected 0 1, the kernel has 1 0']);
  expect(failedFactRows([fact('user.gid', 1, { expected: 0, holds: false })])[0]?.cells).toHaveLength(2);
});
