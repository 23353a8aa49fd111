import type { Command } from './command.ts';

/** A command that is only loaded when it is called: `check` must not pay for the runtime of `prove`. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'predict: would a cluster admit and start these pods, and as whom',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'image',
    summary: 'who an image runs as; load, pull, list and remove images',
    load: async () => (await import('./commands/image.ts')).image,
  },
  {
    name: 'prove',
    summary: 'run pods for real, read back from the kernel what was applied, compare',
    load: async () => (await import('./commands/prove.ts')).prove,
  },
  {
    name: 'run',
    summary: "run an image with docker's flags, or the pods of a manifest, in the foreground",
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'up',
    summary: 'start the node: a Kubernetes API for kubectl, and real pods behind it',
    load: async () => (await import('./commands/up.ts')).up,
  },
  {
    name: 'status',
    summary: 'whether the node runs, where, and its pods',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'down',
    summary: 'stop the node and its pods; --purge removes everything',
    load: async () => (await import('./commands/down.ts')).down,
  },
  {
    name: 'drift',
    summary: 'what a running pod of the node wrote to its root file systems',
    load: async () => (await import('./commands/drift.ts')).drift,
  },
  {
    name: 'doctor',
    summary: 'what this machine can and cannot prove, and how to fix it',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'version',
    summary: 'versions of podproof, of the Kubernetes it speaks and of the runtime',
    load: async () => (await import('./commands/version.ts')).version,
  },
];
