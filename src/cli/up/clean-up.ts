/** What has to be closed, last opened first. */
export class CleanUp {
  readonly #steps: ((pods: 'keep' | 'halt') => unknown)[] = [];

  add(step: (pods: 'keep' | 'halt') => unknown): void {
    this.#steps.push(step);
  }

  /** All steps, whatever becomes of each; the first failure is thrown at the end. Nothing is done twice. */
  async run(pods: 'keep' | 'halt'): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step(pods);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
