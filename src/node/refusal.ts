export interface RefusalOptions extends ErrorOptions {
  /** When another attempt is worth it; left out, when that of any refused container is. */
  readonly retryMs?: number;
  /** True: an event has told the message already, and only the reason is left to tell. */
  readonly isTold?: boolean;
}

/**
 * Why a container or a whole pod is not run: Kubernetes' reason and message. Not a failure of podproof: it is thrown
 * by the step that refuses and becomes the container's waiting state, or the pod's event.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;
  readonly retryMs: number | undefined;
  readonly isTold: boolean;

  constructor(reason: string, message: string, options: RefusalOptions = {}) {
    super(message, options);
    this.reason = reason;
    this.retryMs = options.retryMs;
    this.isTold = options.isTold === true;
  }
}
