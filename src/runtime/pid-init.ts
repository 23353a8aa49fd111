import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PodproofError } from '../core/errors.ts';
import { bindTree } from '../linux/mounts.ts';
import { pinNamespace } from '../linux/namespaces.ts';
import type { Sandbox } from './engine.ts';
import { type EngineContext, pidInitId } from './engine-context.ts';
import { findProgram } from './find-program.ts';
import { sandboxLayout } from './layout.ts';
import { formatRuntimeJson, type OciLinux, type RuntimeSpec } from './oci.ts';

/**
 * Starts process 1 of a pod whose containers share one pid namespace, and pins that namespace. It does nothing but
 * reap: no capability, no writable file, nothing in its root but itself.
 */
export async function createPidInit(context: EngineContext, sandbox: Sandbox): Promise<void> {
  const program = findProgram('catatonit');
  if (program === undefined)
    throw new PodproofError('unsupported', 'cannot share a pid namespace: "catatonit" is not installed', {
      advice: 'apt-get install catatonit',
    });
  const layout = sandboxLayout(sandbox.dir);
  const rootfs = join(layout.mounts, 'pid-init');
  for (const dir of [rootfs, join(rootfs, 'proc'), join(rootfs, 'dev'), join(rootfs, 'sys')]) {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o755);
  }
  bindTree({ root: program, path: '', target: join(rootfs, 'init'), recursive: false, readOnly: true });
  mkdirSync(layout.pidInit, { recursive: true });
  writeFileSync(join(layout.pidInit, 'config.json'), formatRuntimeJson(specOf(sandbox, rootfs)));
  const id = pidInitId(sandbox);
  await context.runtime.create(id, layout.pidInit);
  await context.runtime.start(id);
  const pid = readFileSync(join(layout.pidInit, 'pid'), 'utf8');
  pinNamespace(`/proc/${pid}/ns/pid`, layout.namespaces.pid);
}

function specOf(sandbox: Sandbox, rootfs: string): RuntimeSpec {
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0, additionalGids: [] },
      args: ['/init', '-P'],
      env: ['PATH=/'],
      cwd: '/',
      capabilities: { bounding: [], effective: [], permitted: [], inheritable: [], ambient: [] },
      rlimits: [],
      noNewPrivileges: true,
      oomScoreAdj: 0,
    },
    root: { path: rootfs, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755', 'size=64k'] },
    ],
    linux: {
      namespaces: [
        { type: 'mount' },
        { type: 'pid' },
        ...(['user', 'network', 'ipc', 'uts'] as const).flatMap((type): OciLinux['namespaces'] => {
          const path = sandbox.namespacePaths[type];
          return path === undefined ? [] : [{ type, path }];
        }),
      ],
      ...idMappings(sandbox),
      devices: [],
      cgroupsPath: `${sandbox.cgroupPath}/pid-init`,
      resources: { devices: [{ allow: false, access: 'rwm' }], cpu: { shares: 2, period: 100_000 } },
      rootfsPropagation: 'rprivate',
      maskedPaths: [],
      readonlyPaths: [],
    },
  };
}

function idMappings({ user }: Sandbox): Pick<OciLinux, 'uidMappings' | 'gidMappings'> {
  if (user.mode === 'host') return {};
  const mappings = [{ containerID: 0, hostID: user.hostId ?? 0, size: user.size }];
  return { uidMappings: mappings, gidMappings: mappings };
}
