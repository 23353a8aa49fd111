import type { EventEmitter } from 'node:events';

/** What nobody in the node has caught. */
export interface LastResort {
  /** Resolves when the node cannot be relied upon any more. */
  readonly broken: Promise<void>;
  isBroken(): boolean;
}

/**
 * Tells of errors that reach the end of the process unheeded, each of which is a defect. A promise that fails has lost
 * what it was about, and a socket its connection: the node goes on. Whatever else is thrown may have left something half
 * done that all pods depend on: then it is better to end, and to let the next node take the pods over.
 */
export function lastResort(process: EventEmitter, tell: (text: string) => void): LastResort {
  let isBroken = false;
  const broken = new Promise<void>((resolve) => {
    process.on('uncaughtException', (error: unknown) => {
      if (isSocketError(error)) {
        tell(defect('goes on', error));
        return;
      }
      tell(defect('ends, its pods go on running', error));
      isBroken = true;
      resolve();
    });
  });
  process.on('unhandledRejection', (reason: unknown) => tell(defect('goes on', reason)));
  return { broken, isBroken: () => isBroken };
}

/** As `error` of a socket that nobody listens to is thrown. */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && SOCKET_CALLS.has(error.syscall);
}

const SOCKET_CALLS: ReadonlySet<unknown> = new Set([
  'read',
  'write',
  'writev',
  'connect',
  'shutdown',
  'send',
]);

function defect(fate: string, error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `podproof: a defect of podproof: the node ${fate}: ${text}\n`;
}
