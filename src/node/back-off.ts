/** How long a container that ended waits before its next start. */
export interface BackOffRule {
  readonly initialMs: number;
  readonly maxMs: number;
  /** A container that was not restarted for so long starts over with no delay. */
  readonly resetAfterMs: number;
}

/** The kubelet's: 10 s, doubled to 300 s, forgotten after twice the maximum. */
export const kubeletBackOff: BackOffRule = { initialMs: 10_000, maxMs: 300_000, resetAfterMs: 600_000 };

/** What is remembered between restarts: the delay of the next one, and when the last one was. */
export interface BackOff {
  readonly delayMs: number;
  readonly lastAt: number;
}

/** Milliseconds that a container which ended at `finishedAt` must wait; the first restart is immediate. */
export function restartDelayMs(rule: BackOffRule, backOff: BackOff | undefined, finishedAt: number): number {
  return backOff === undefined || isExpired(rule, backOff, finishedAt) ? 0 : backOff.delayMs;
}

/** The memory after a restart at `now`. */
export function nextBackOff(rule: BackOffRule, backOff: BackOff | undefined, now: number): BackOff {
  const fresh = backOff === undefined || isExpired(rule, backOff, now);
  return { delayMs: fresh ? rule.initialMs : Math.min(backOff.delayMs * 2, rule.maxMs), lastAt: now };
}

function isExpired(rule: BackOffRule, backOff: BackOff, at: number): boolean {
  return at - backOff.lastAt > rule.resetAfterMs;
}
