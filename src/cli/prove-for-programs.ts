import { Readable, Writable } from 'node:stream';
import type { ProofReport } from '../core/contract/proof-report.ts';
import type { CommandContext, Terminal } from './command.ts';
import type { ProveOptions } from './commands/prove.ts';

/** How pods are proved. Everything may be left out. */
export interface ProveRequest extends Partial<ProveOptions> {
  /** Where all state is kept; the machine's own directories unless told. */
  readonly root?: string;
  /** Where the file `-` is read from; nothing unless told. */
  readonly stdin?: Readable;
  /** `DOCKER_CONFIG`, `HOME`, `PODPROOF_REGISTRIES`; the process's own unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Ends the proof early; its pods are then removed before the promise rejects. */
  readonly signal?: AbortSignal;
  /** What takes longer than a second, and what dead processes had left; nobody is told unless asked. */
  readonly onMessage?: (text: string) => void;
}

/**
 * `podproof prove` for programs: runs the pods of manifest files, directories or `-`, compares each container with what
 * the kernel says, and removes everything before it resolves or rejects. A pod that is refused, or a fact that does not
 * hold, is in the report; rejects with a PodproofError for input that cannot be read or a machine that cannot do it.
 */
export async function provePods(files: readonly string[], request: ProveRequest = {}): Promise<ProofReport> {
  const { profile = 'containerd', runtime, settleMs = 1000, timeoutMs = 60_000 } = request;
  const { provePods: provePodsOfCommand } = await import('./commands/prove.ts');
  return provePodsOfCommand(files, { profile, runtime, settleMs, timeoutMs }, contextOf(request));
}

function contextOf({ root, stdin, env, signal, onMessage }: ProveRequest): CommandContext {
  return {
    stdin: stdin ?? Readable.from([]),
    stdout: silent(() => undefined),
    stderr: silent(onMessage ?? (() => undefined)),
    env: env ?? process.env,
    program: [],
    root,
    signal: signal ?? new AbortController().signal,
    onSignals: () => () => undefined,
  };
}

function silent(tell: (text: string) => void): Terminal {
  return {
    stream: new Writable({ write: (_, __, done) => done() }),
    columns: 100,
    isTerminal: false,
    colour: false,
    write: (text) => tell(text.trimEnd()),
    size: () => ({ columns: 80, rows: 24 }),
  };
}
