import type { Container, Pod } from '../kube/pod.ts';
import type { Clock } from './clock.ts';
import type { KillAction } from './pod-life.ts';

/** How long each container has from the wish that it ends to SIGKILL. */
export class GracePeriods {
  readonly #podSeconds: number;
  readonly #clock: Clock;
  #stopDeadline: number | undefined;
  #isHurried = false;

  /** `stopDeadline`: of a pod that was already ending under another process. */
  constructor(pod: Pod, clock: Clock, stopDeadline?: number) {
    this.#podSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
    this.#clock = clock;
    this.#stopDeadline = stopDeadline;
  }

  /** When the last container is killed; undefined while the pod does not end. */
  get stopDeadline(): number | undefined {
    return this.#stopDeadline;
  }

  /** From now on there is none for anybody. */
  hurry(): void {
    this.#isHurried = true;
  }

  /** What it still has: when the pod stops, sidecars share it with the containers that end before them. */
  leftMs({ livenessProbe, startupProbe }: Container, { why, graceSeconds }: KillAction): number {
    if (this.#isHurried) return 0;
    const ofProbe = why === 'liveness' ? livenessProbe : why === 'startup' ? startupProbe : undefined;
    const graceMs = (graceSeconds ?? ofProbe?.terminationGracePeriodSeconds ?? this.#podSeconds) * 1000;
    if (why !== 'stop' || graceMs === 0) return graceMs;
    const now = this.#clock.now();
    this.#stopDeadline ??= now + graceMs;
    return Math.max(this.#stopDeadline - now, 1);
  }
}
