import { join } from 'node:path';
import type { Profile } from '../confinement/confinement.ts';
import { PodproofError } from '../core/errors.ts';
import { makeDirectory } from '../linux/make-directory.ts';
import { cgroupVersionOf, readCgroupHierarchies } from './cgroups.ts';
import type { NetworkSettings } from './cni/settings.ts';
import { defaultMonitor } from './conmon.ts';
import type { EngineContext } from './engine-context.ts';
import { findProgram } from './find-program.ts';
import { rootLayout } from './layout.ts';
import { ociRuntime } from './runc.ts';

export interface EngineOptions {
  /** Undefined: /var/lib/podproof and /run/podproof. */
  readonly root?: string | undefined;
  readonly profile: Profile;
  /** Name or path of the OCI runtime; `runc` unless told. */
  readonly runtime?: string | undefined;
  /** Name or path of the monitor; `conmon` unless told. */
  readonly monitor?: string | undefined;
  /** Bridge and subnet of the pods; chosen to touch no route of the host unless told. */
  readonly network?: NetworkSettings | undefined;
}

/** Finds the programs and makes the directories of a root. Throws `unsupported` when one is missing. */
export function makeEngineContext(options: EngineOptions): EngineContext {
  if (process.getuid?.() !== 0)
    throw new PodproofError('unsupported', 'cannot run pods: only root can', { advice: 'run it with sudo' });
  const layout = rootLayout(options.root);
  const runtimeStateDir = join(layout.runDir, 'runc');
  for (const dir of [layout.libDir, layout.runDir]) makeDirectory(dir, 0o711);
  makeDirectory(runtimeStateDir, 0o700);
  const hierarchies = readCgroupHierarchies();
  return {
    layout,
    runtime: ociRuntime(mustFind(options.runtime ?? 'runc'), runtimeStateDir),
    runtimeStateDir,
    monitor: mustFind(options.monitor ?? defaultMonitor),
    ownerLocks: new Map(),
    hierarchies,
    cgroupVersion: cgroupVersionOf(hierarchies),
    cgroupParent: layout.suffix === undefined ? '/podproof' : `/podproof-${layout.suffix}`,
    network: options.network,
  };
}

function mustFind(name: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  throw new PodproofError('unsupported', `cannot run pods: "${name}" is not installed`, {
    advice: `apt-get install ${name}`,
  });
}
