/** What has been begun and is not done: so that an end can wait for all of it. */
export class WorkInFlight {
  readonly #running = new Set<Promise<void>>();
  readonly #onDefect: (error: unknown) => void;

  /** Work reports its outcomes itself; what it throws is a defect, told here. */
  constructor(onDefect: (error: unknown) => void) {
    this.#onDefect = onDefect;
  }

  start(work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#onDefect(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves once nothing is left, also of what was begun meanwhile. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
