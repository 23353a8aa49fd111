import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePodState } from './decode-pod-state.ts';
import type { PodState } from './pod-state.ts';

function pathOf(podDir: string): string {
  return join(podDir, 'state.json');
}

/** The state that a pod was left in; throws when there is none that can be read. */
export async function readPodState(podDir: string): Promise<PodState> {
  const parsed: unknown = JSON.parse(await readFile(pathOf(podDir), 'utf8'));
  return decodePodState(parsed, podDir);
}

/**
 * Writes down what becomes of a pod: once for all that changes in one turn of the event loop, and after that turn, so
 * that nothing waits for it. Whoever is killed at it leaves the state before or the state after. It is not forced to the
 * disk: what a power cut takes, it takes together with the processes.
 */
export class StateFile {
  readonly #path: string;
  readonly #encode: () => string;
  readonly #onFailure: (error: unknown) => void;
  #isDirty = false;
  #isClosed = false;
  #hasFailed = false;

  constructor(podDir: string, encode: () => string, onFailure: (error: unknown) => void) {
    this.#path = pathOf(podDir);
    this.#encode = encode;
    this.#onFailure = onFailure;
  }

  changed(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    setImmediate(() => this.flush());
  }

  /** At once. A disk that is full is told once; what is not written is written with the next change. */
  flush(): void {
    if (!this.#isDirty || this.#isClosed) return;
    this.#isDirty = false;
    try {
      writeFileSync(`${this.#path}.new`, this.#encode(), { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#onFailure(error);
      this.#hasFailed = true;
    }
  }

  /** From now on nothing is written any more. */
  close(): void {
    this.flush();
    this.#isClosed = true;
  }

  /** As `close`, for a directory that goes. */
  abandon(): void {
    this.#isClosed = true;
  }
}
