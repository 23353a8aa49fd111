import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseProcStatus } from './proc-status.ts';

const text = `Name:\tsleep
Umask:\t0022
State:\tS (sleeping)
PPid:\t4700
Uid:\t1654\t1655\t1656\t1657
Gid:\t10\t11\t12\t13
Groups:\t10 2000 
NSpid:\t4711\t1
CapInh:\t0000000000000000
CapPrm:\t0000000000000400
CapEff:\t0000000000000400
CapBnd:\t00000000a80425fb
CapAmb:\t0000000000000001
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t3
`;

test('identity, rights and filters are read from a status file', () => {
  expect(parseProcStatus(text)).toEqual({
    name: 'sleep',
    state: 'S',
    parentPid: 4700,
    uids: { real: 1654, effective: 1655, saved: 1656, filesystem: 1657 },
    gids: { real: 10, effective: 11, saved: 12, filesystem: 13 },
    groups: [10, 2000],
    namespacePids: [4711, 1],
    capabilities: {
      inheritable: '0000000000000000',
      permitted: '0000000000000400',
      effective: '0000000000000400',
      bounding: '00000000a80425fb',
      ambient: '0000000000000001',
    },
    noNewPrivileges: true,
    seccompMode: 2,
    seccompFilters: 3,
  });
});

test('a process without supplementary groups has none', () => {
  expect(parseProcStatus('Groups:\t \n').groups).toEqual([]);
});

test('an old kernel that counts no filters leaves the count unknown', () => {
  expect(parseProcStatus('Seccomp:\t2\n').seccompFilters).toBeUndefined();
});

test('this process is read as it is', () => {
  const status = parseProcStatus(readFileSync('/proc/self/status', 'utf8'));
  expect(status.uids.real).toBe(process.getuid?.());
  expect(status.namespacePids.at(0)).toBe(process.pid);
});
