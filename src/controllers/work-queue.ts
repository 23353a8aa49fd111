import type { Clock } from './clock.ts';

/** Keys that need work: each once, however often it was added, and never worked on twice at the same time. */
export interface WorkQueue {
  add(key: string): void;
  /** Of several delays of one key the earliest counts. */
  addAfter(key: string, delayMs: number): void;
  /** Whether nothing is waiting for a worker or being worked on; delays do not count. */
  readonly idle: boolean;
  /** Takes no more keys, and resolves when the work in flight is done. */
  close(): Promise<void>;
}

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** Rejections are retried with upstream's back-off: 5 ms, doubling up to 1000 s. */
  readonly work: (key: string) => Promise<void>;
  readonly onError: (key: string, error: unknown) => void;
  readonly workers?: number;
}

const firstRetryMs = 5;
const lastRetryMs = 1_000_000;

export function openWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new Queue(options);
}

class Queue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failures = new Map<string, number>();
  readonly #delays = new Map<string, { readonly dueMs: number; readonly abort: AbortController }>();
  #scheduled = false;
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  get idle(): boolean {
    return this.#waiting.size === 0 && this.#running.size === 0;
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#waiting.add(key);
    this.#schedule();
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) return this.add(key);
    const { clock } = this.#options;
    const dueMs = clock.now() + delayMs;
    const present = this.#delays.get(key);
    if (present !== undefined && present.dueMs <= dueMs) return;
    present?.abort.abort();
    const delay = { dueMs, abort: new AbortController() };
    this.#delays.set(key, delay);
    void this.#addWhenDue(key, clock.sleep(delayMs, delay.abort.signal), delay);
  }

  async #addWhenDue(key: string, due: Promise<void>, delay: unknown): Promise<void> {
    await due;
    if (this.#delays.get(key) !== delay) return;
    this.#delays.delete(key);
    this.add(key);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.clear();
    for (const { abort } of this.#delays.values()) abort.abort();
    this.#delays.clear();
    await Promise.all(this.#running.values());
  }

  /** Listeners of a watch only leave their keys here; the work begins when they have returned. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#startWork();
    });
  }

  #startWork(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= (this.#options.workers ?? 5)) return;
      if (this.#running.has(key)) continue;
      this.#waiting.delete(key);
      this.#running.set(key, this.#workOn(key));
    }
  }

  async #workOn(key: string): Promise<void> {
    try {
      await this.#options.work(key);
      this.#failures.delete(key);
    } catch (error) {
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      if (!this.#closed) this.#options.onError(key, error);
      this.addAfter(key, Math.min(firstRetryMs * 2 ** failures, lastRetryMs));
    } finally {
      // One that never waited must not be taken out before it was put in.
      await Promise.resolve();
      this.#running.delete(key);
      if (this.#waiting.size > 0) this.#schedule();
    }
  }
}
