import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * What a broken or dishonest runtime might do: each changes one thing in the OCI configuration behind podproof's back.
 * Named after the field that the proof must then find.
 *
 * @typedef {Record<string, any>} Config the bundle's config.json
 * @type {Readonly<Record<string, (config: Config, arg: string) => void>>}
 */
export const breaks = Object.freeze({
  nothing: () => {},
  'seccomp-left-out': (config) => {
    delete config.linux.seccomp;
  },
  'seccomp-added': (config) => {
    config.linux.seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['swapon'], action: 'SCMP_ACT_ERRNO' }],
    };
  },
  'capability-added': (config) => {
    config.process.capabilities.bounding.push('CAP_SYS_TIME');
  },
  'capability-lost': (config) => {
    const { capabilities } = config.process;
    capabilities.bounding = capabilities.bounding.filter((name) => name !== 'CAP_CHOWN');
  },
  'capability-ambient': (config) => {
    const { capabilities } = config.process;
    for (const set of ['inheritable', 'ambient']) capabilities[set] = ['CAP_CHOWN'];
  },
  'no-new-privileges-off': (config) => {
    config.process.noNewPrivileges = false;
  },
  'no-new-privileges-on': (config) => {
    config.process.noNewPrivileges = true;
  },
  'root-writable': (config) => {
    config.root.readonly = false;
  },
  'root-read-only': (config) => {
    config.root.readonly = true;
  },
  'wrong-uid': (config) => {
    config.process.user.uid += 1;
  },
  'wrong-gid': (config) => {
    config.process.user.gid += 1;
  },
  'missing-group': (config) => {
    config.process.user.additionalGids.pop();
  },
  'extra-group': (config) => {
    config.process.user.additionalGids.push(6);
  },
  'mask-bare': (config) => {
    config.linux.maskedPaths = config.linux.maskedPaths.filter((path) => path !== '/proc/keys');
  },
  'mask-added': (config) => {
    config.linux.maskedPaths.push('/proc/uptime');
  },
  'protection-missing': (config) => {
    config.linux.readonlyPaths = config.linux.readonlyPaths.filter((path) => path !== '/proc/sys');
  },
  'mount-without-nosuid': (config) => {
    const mount = config.mounts.find(({ destination }) => destination === '/proc');
    mount.options = mount.options.filter((option) => option !== 'nosuid');
  },
  'volume-writable': (config) => {
    const mount = config.mounts.find(({ destination }) => destination === '/config');
    mount.options = mount.options.filter((option) => option !== 'ro').concat('rw');
  },
  'mount-missing': (config) => {
    config.mounts = config.mounts.filter(({ destination }) => destination !== '/dev/mqueue');
  },
  'mount-added': (config) => {
    config.mounts.push({ destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev'] });
  },
  'host-bound': (config) => {
    config.mounts.push({
      destination: '/srv',
      type: 'bind',
      source: '/etc',
      options: ['rbind', 'rprivate', 'ro'],
    });
  },
  'host-pid': (config) => leaveOut(config, 'pid'),
  'host-network': (config) => leaveOut(config, 'network'),
  'host-ipc': (config) => leaveOut(config, 'ipc'),
  'host-uts': (config) => leaveOut(config, 'uts'),
  'foreign-network': (config) => {
    config.linux.namespaces.find(({ type }) => type === 'network').path = undefined;
  },
  'own-cgroup-namespace': (config) => {
    config.linux.namespaces.push({ type: 'cgroup' });
  },
  /**
   * `arg` is `HOSTID:MQUEUE`, the first id of a range like another pod's, and where a mqueue is mounted: in a user
   * namespace that does not own its IPC namespace runc may not mount one itself.
   */
  'id-map-of-another-pod': (config, arg) => {
    const [hostID, mqueue] = arg.split(':');
    const mappings = [{ containerID: 0, hostID: Number(hostID), size: 65536 }];
    config.linux.uidMappings = mappings;
    config.linux.gidMappings = mappings;
    config.linux.namespaces.find(({ type }) => type === 'user').path = undefined;
    const mount = config.mounts.find(({ type }) => type === 'mqueue');
    Object.assign(mount, { type: 'bind', source: mqueue, options: ['bind', ...mount.options] });
    // The pod's directories are open to its own root only, and that is now somebody else.
    for (let dir = config.root.path; dir !== '/'; dir = dirname(dir)) {
      const { mode } = statSync(dir);
      if ((mode & 0o001) === 0) chmodSync(dir, mode | 0o011);
    }
  },
  'device-added': (config) => {
    config.linux.devices = [
      ...(config.linux.devices ?? []),
      { path: '/dev/kmsg', type: 'c', major: 1, minor: 11, fileMode: 0o600, uid: 0, gid: 0 },
    ];
  },
  'devices-allowed': (config) => {
    config.linux.resources.devices = [{ allow: true, access: 'rwm' }];
  },
  'memory-limit-raised': (config) => {
    config.linux.resources.memory.limit *= 2;
  },
  'memory-limit-gone': (config) => {
    delete config.linux.resources.memory;
  },
  'cpu-shares-raised': (config) => {
    config.linux.resources.cpu.shares *= 4;
  },
  'cpu-quota-raised': (config) => {
    config.linux.resources.cpu.quota *= 2;
  },
  'rlimit-lowered': (config) => {
    const limit = config.process.rlimits.find(({ type }) => type === 'RLIMIT_NOFILE');
    limit.soft = 17;
  },
  'oom-score': (config) => {
    const { oomScoreAdj } = config.process;
    config.process.oomScoreAdj = oomScoreAdj === 1000 ? 999 : oomScoreAdj + 1;
  },
});

/** @param {Config} config @param {string} namespace */
function leaveOut(config, namespace) {
  config.linux.namespaces = config.linux.namespaces.filter(({ type }) => type !== namespace);
}
