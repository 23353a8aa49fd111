/**
 * Why a container or a whole pod is not run: Kubernetes' reason and message. Not a failure of podproof: it is thrown
 * by the step that refuses and becomes the container's waiting state, or the pod's event.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
