export interface SlowStart {
  /** How many attempts did not fail. */
  readonly done: number;
  /** The first failure of the batch that was the last one. */
  readonly error: unknown;
}

/**
 * Does something `count` times in batches of 1, 2, 4, ...; a batch with a failure is the last one. What is refused for
 * one is refused for all, and the API is not asked a thousand times.
 */
export async function slowStart(
  count: number,
  attempt: (index: number) => Promise<void>,
): Promise<SlowStart> {
  let done = 0;
  let begun = 0;
  for (let size = 1; begun < count; size *= 2) {
    const first = begun;
    const batch = Array.from({ length: Math.min(size, count - begun) }, (_, index) => attempt(first + index));
    begun += batch.length;
    const results = await Promise.allSettled(batch);
    done += results.filter((it) => it.status === 'fulfilled').length;
    const failed = results.find((it) => it.status === 'rejected');
    if (failed !== undefined) return { done, error: failed.reason };
  }
  return { done, error: undefined };
}
