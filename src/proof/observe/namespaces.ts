import { parseIdMap } from '../../linux/id-map.ts';
import {
  NAMESPACE_FILES,
  type NamespaceKind,
  type ObservedIdMaps,
  type ObservedNamespace,
} from '../observation.ts';
import { readNamespaceInode, readOptionalProcFile, readProcFile } from './proc-file.ts';

/** Every namespace of the process against ours. */
export function observeNamespaces(pid: number): Readonly<Record<NamespaceKind, ObservedNamespace>> {
  const observe = (kind: NamespaceKind): ObservedNamespace => ({
    inode: readNamespaceInode(pid, NAMESPACE_FILES[kind]),
    hostInode: readNamespaceInode('self', NAMESPACE_FILES[kind]),
  });
  return {
    user: observe('user'),
    network: observe('network'),
    pid: observe('pid'),
    ipc: observe('ipc'),
    uts: observe('uts'),
    mount: observe('mount'),
    cgroup: observe('cgroup'),
  };
}

export function observeIdMaps(pid: number): ObservedIdMaps {
  return {
    uidMap: parseIdMap(readProcFile(pid, 'uid_map')),
    gidMap: parseIdMap(readProcFile(pid, 'gid_map')),
    setgroups: readOptionalProcFile(pid, 'setgroups')?.trim() === 'deny' ? 'deny' : 'allow',
  };
}

/** Devices that the tunnel modules add to every new network namespace: they lead nowhere until someone sets them up. */
const FALLBACK_INTERFACES: ReadonlySet<string> = new Set([
  'tunl0',
  'gre0',
  'gretap0',
  'erspan0',
  'ip_vti0',
  'sit0',
  'ip6tnl0',
  'ip6_vti0',
  'ip6gre0',
]);

/** `/proc/PID/net` shows the process's own network namespace, whoever reads it. */
export function observeInterfaces(pid: number): readonly string[] {
  return readProcFile(pid, 'net/dev')
    .split('\n')
    .slice(2)
    .map((line) => line.slice(0, Math.max(line.indexOf(':'), 0)).trim())
    .filter((name) => name !== '' && !FALLBACK_INTERFACES.has(name));
}
