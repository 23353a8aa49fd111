import { ApiError } from '../../kube/status.ts';
import type { Change } from './stored-object.ts';

export interface HistoryLimits {
  readonly changes: number;
  readonly sizeBytes: number;
}

/** Bytes are those of the objects' JSON; as values in memory they take about three times as much. */
const LIMITS: HistoryLimits = { changes: 10_000, sizeBytes: 4 * 1024 * 1024 };

/** The latest changes, for watches that go on from a resource version. */
export class WatchHistory {
  readonly #limits: HistoryLimits;
  readonly #changes: Change[] = [];
  #sizeBytes = 0;
  /** Changes up to this version are not known. */
  #forgotten: number;

  constructor(version: number, limits: HistoryLimits = LIMITS) {
    this.#forgotten = version;
    this.#limits = limits;
  }

  push(change: Change): void {
    this.#changes.push(change);
    this.#sizeBytes += change.sizeBytes;
    while (this.#changes.length > this.#limits.changes || this.#sizeBytes > this.#limits.sizeBytes) {
      this.#forget();
    }
  }

  /** Throws `Expired` when some of what came after that version is not known any more. */
  since(version: number): readonly Change[] {
    if (version < this.#forgotten) {
      throw new ApiError('Expired', `too old resource version: ${version} (${this.#forgotten})`);
    }
    let from = this.#changes.length;
    while (from > 0 && (this.#changes[from - 1]?.version ?? 0) > version) from -= 1;
    return this.#changes.slice(from);
  }

  knows(version: number): boolean {
    return version >= this.#forgotten;
  }

  #forget(): void {
    const oldest = this.#changes.shift();
    if (oldest === undefined) return;
    this.#sizeBytes -= oldest.sizeBytes;
    this.#forgotten = oldest.version;
  }
}
