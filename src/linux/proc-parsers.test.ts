import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseIdMap } from './id-map.ts';
import { parseCgroups } from './proc-cgroup.ts';
import { parseLimits } from './proc-limits.ts';
import { isProcessAlive, parseProcStat, readProcStat } from './proc-stat.ts';

test('an id map gives its ranges', () => {
  expect(parseIdMap('         0      65536      65536\n     65536          0 4294901760\n')).toEqual([
    { insideId: 0, outsideId: 65_536, size: 65_536 },
    { insideId: 65_536, outsideId: 0, size: 4_294_901_760 },
  ]);
  expect(parseIdMap('')).toEqual([]);
});

test('limits are read by the name of their resource', () => {
  const text = [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max stack size            8388608              unlimited            bytes     ',
    'Max open files            20000                30000                files     ',
    'Max nice priority         0                    0                    ',
  ].join('\n');
  expect(parseLimits(text)).toEqual([
    { type: 'RLIMIT_STACK', soft: 8_388_608, hard: null },
    { type: 'RLIMIT_NOFILE', soft: 20_000, hard: 30_000 },
    { type: 'RLIMIT_NICE', soft: 0, hard: 0 },
  ]);
});

test('all sixteen limits of this kernel are known', () => {
  expect(parseLimits(readFileSync('/proc/self/limits', 'utf8'))).toHaveLength(16);
});

test('cgroup memberships of both versions are read', () => {
  expect(parseCgroups('9:name=systemd:/\n4:cpu,cpuacct:/a:b\n0::/user.slice\n')).toEqual([
    { hierarchyId: 9, controllers: ['name=systemd'], path: '/' },
    { hierarchyId: 4, controllers: ['cpu', 'cpuacct'], path: '/a:b' },
    { hierarchyId: 0, controllers: [], path: '/user.slice' },
  ]);
});

test('a program name with blanks and parentheses does not shift the fields', () => {
  const fields = Array.from({ length: 48 }, (_, index) => String(index + 5)).join(' ');
  expect(parseProcStat(`7 (a) R (b) S 3 ${fields}`)).toEqual({ state: 'S', parentPid: 3, startTime: 22 });
});

test('a process is alive only under its own start time', () => {
  const startTime = readProcStat(process.pid)?.startTime ?? -1;
  expect(isProcessAlive(process.pid, startTime)).toBe(true);
  expect(isProcessAlive(process.pid, startTime + 1)).toBe(false);
});
