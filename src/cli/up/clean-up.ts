/** How the node's parts end. */
export interface Ending {
  /** What becomes of its pods. */
  readonly pods: 'keep' | 'halt';
  /** Once aborted, nothing that is being stopped is waited for any longer. */
  readonly hurry: AbortSignal;
}

/** What has to be closed, last opened first. */
export class CleanUp {
  readonly #steps: ((ending: Ending) => unknown)[] = [];

  add(step: (ending: Ending) => unknown): void {
    this.#steps.push(step);
  }

  /** All steps, whatever becomes of each; the first failure is thrown at the end. Nothing is done twice. */
  async run(ending: Ending): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step(ending);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
