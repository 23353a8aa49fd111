/** Work that is done once more when it is asked for while it is under way, and never twice at a time. */
export class RepeatedWork {
  readonly #work: () => Promise<void>;
  #running: Promise<void> | undefined;
  #isWanted = false;

  /** `work` reports its own failures. */
  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Resolves once what is true now has been dealt with. */
  request(): Promise<void> {
    this.#isWanted = true;
    this.#running ??= this.#run();
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#isWanted) {
        this.#isWanted = false;
        await this.#work();
      }
    } finally {
      // In the same step as the last look at the wish: none is lost between them.
      this.#running = undefined;
    }
  }
}
