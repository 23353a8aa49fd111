import { PodproofError } from '../core/errors.ts';
import { findPlugin, neededPlugins } from './cni/plugin.ts';
import { defaultMonitor } from './conmon.ts';
import { findProgram } from './find-program.ts';

interface Need {
  /** As it is told. */
  readonly name: string;
  readonly isThere: boolean;
  /** Debian's. */
  readonly packageName: string;
}

/** Throws `unsupported`, naming all that is missing, when this machine cannot run a node with that OCI runtime. */
export function assertNodeMachine(runtime: string = 'runc'): void {
  if (process.getuid?.() !== 0)
    throw new PodproofError('unsupported', 'cannot start the node: only root can', {
      advice: 'run it with sudo',
    });
  const missing = needs(runtime).filter(({ isThere }) => !isThere);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(', ');
  const packages = [...new Set(missing.map(({ packageName }) => packageName))].join(' ');
  throw new PodproofError('unsupported', `cannot start the node: not installed: ${names}`, {
    advice: `apt-get install ${packages}  mends it; podproof doctor  tells what else this machine can and cannot do`,
  });
}

function needs(runtime: string): readonly Need[] {
  return [
    ...[runtime, defaultMonitor].map((name) => program(name)),
    program('nft', 'nftables'),
    ...neededPlugins.map((type) => ({
      name: `CNI plugin ${type}`,
      isThere: findPlugin(type) !== undefined,
      packageName: 'containernetworking-plugins',
    })),
  ];
}

function program(name: string, packageName = name): Need {
  return { name, isThere: findProgram(name) !== undefined, packageName };
}
