import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname as nodeHostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fullyQualifiedNameOf, hostnameOf } from '../confinement/hostname.ts';
import type { Pod } from '../kube/pod.ts';
import { buildHosts } from './hosts.ts';
import { buildResolvConf, type ClusterDns } from './resolv-conf.ts';

/** The files that the node keeps for a pod, by their names in the confinement. */
export interface NodeFiles {
  readonly dir: string;
  readonly hosts: 'hosts';
  readonly hostname: 'hostname';
  readonly 'resolv.conf': 'resolv.conf';
  readonly '.containerenv': '.containerenv';
}

/** The name that the pod's processes see: their host's with `hostNetwork`. */
export function sandboxHostname(pod: Pod): string {
  if (pod.spec.hostNetwork === true) return nodeHostname();
  const full = pod.spec.setHostnameAsFQDN === true ? fullyQualifiedNameOf(pod) : undefined;
  return full ?? hostnameOf(pod);
}

/** Writes /etc/hosts, /etc/hostname and /etc/resolv.conf of the pod below `podDir`. */
export function writeNodeFiles(
  podDir: string,
  pod: Pod,
  podIPs: readonly string[],
  clusterDns: ClusterDns | undefined,
): NodeFiles {
  const dir = join(podDir, 'files');
  mkdirSync(dir, { recursive: true });
  const nodeHosts = pod.spec.hostNetwork === true ? readFileSync('/etc/hosts', 'utf8') : undefined;
  const nodeResolvConf = existsSync('/etc/resolv.conf') ? readFileSync('/etc/resolv.conf', 'utf8') : '';
  const files = {
    hosts: buildHosts({
      podIPs,
      hostname: hostnameOf(pod),
      fullName: fullyQualifiedNameOf(pod),
      aliases: pod.spec.hostAliases ?? [],
      nodeHosts,
    }),
    hostname: `${sandboxHostname(pod)}\n`,
    'resolv.conf': buildResolvConf(pod, nodeResolvConf, clusterDns),
    // Empty, and mounted only where the runtime that is carried out has it.
    '.containerenv': '',
  };
  for (const [name, text] of Object.entries(files)) writeWorldReadable(join(dir, name), text, 0o644);
  return nodeFilesOf(podDir);
}

/** Where those files of a pod are. */
export function nodeFilesOf(podDir: string): NodeFiles {
  return {
    dir: join(podDir, 'files'),
    hosts: 'hosts',
    hostname: 'hostname',
    'resolv.conf': 'resolv.conf',
    '.containerenv': '.containerenv',
  };
}

/** An empty file that any user of the container can write its last words to; returns its path. */
export function makeTerminationLog(podDir: string, containerId: string): string {
  const path = terminationLogPath(podDir, containerId);
  mkdirSync(dirname(path), { recursive: true });
  writeWorldReadable(path, '', 0o666);
  return path;
}

/** Where that file of a container is. */
export function terminationLogPath(podDir: string, containerId: string): string {
  return join(podDir, 'termination', containerId);
}

/** Whatever the umask says. */
function writeWorldReadable(path: string, text: string, mode: number): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}
