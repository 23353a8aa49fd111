import { describe, expect, test } from 'vitest';
import { parseMountInfo } from '../../linux/mount-info.ts';
import { cgroupDirectories } from './cgroup.ts';

const hybrid = parseMountInfo(`\
31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
`);

describe('where the cgroups of a process lie', () => {
  test('version 1 has a directory for each controller, also where two share a hierarchy', () => {
    const text = '4:memory:/podproof/p/c\n2:cpu,cpuacct:/podproof/p/c\n1:name=systemd:/x\n0::/\n';
    expect(cgroupDirectories(text, hybrid)).toEqual({
      memory: '/sys/fs/cgroup/memory/podproof/p/c',
      cpu: '/sys/fs/cgroup/cpu,cpuacct/podproof/p/c',
      cpuacct: '/sys/fs/cgroup/cpu,cpuacct/podproof/p/c',
      'name=systemd': '/sys/fs/cgroup/systemd/x',
      '': '/sys/fs/cgroup/unified',
    });
  });

  test('version 2 has one', () => {
    const mounts = parseMountInfo('31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n');
    expect(cgroupDirectories('0::/system.slice/a.scope\n', mounts)).toEqual({
      '': '/sys/fs/cgroup/system.slice/a.scope',
    });
  });

  test('a hierarchy that is mounted from below its root, as in a container', () => {
    const mounts = parseMountInfo(
      '31 23 0:28 /docker/ab /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n',
    );
    expect(cgroupDirectories('4:memory:/docker/ab/pod\n', mounts)).toEqual({
      memory: '/sys/fs/cgroup/memory/pod',
    });
    expect(cgroupDirectories('4:pids:/docker/ab/pod\n', mounts)).toEqual({});
  });
});
