import { messageOf, PodproofError } from '../../core/errors.ts';
import { parseReference, type Reference } from '../../image/reference.ts';
import type { Credentials } from '../../image/registry-options.ts';
import { defaultPullPolicy } from '../../kube/default-pull-policy.ts';
import type { Container, Pod } from '../../kube/pod.ts';
import type { Secret } from '../../kube/references.ts';
import { type BackOff, type BackOffRule, nextBackOff } from '../back-off.ts';
import { goDuration } from '../go-duration.ts';
import type { ImageResolution, NodePorts, PulledImage } from '../node-ports.ts';
import type { RecordEvent } from '../running-pod.ts';
import { pullCredentials } from './pull-credentials.ts';

/** For whom images are pulled. */
export interface PullerRequest {
  readonly node: Pick<NodePorts, 'clock' | 'lookup' | 'images'>;
  readonly pod: Pod;
}

/** Records an event about the container. */
type Tell = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

interface Pull {
  readonly image: string;
  readonly reference: Reference;
  readonly tell: Tell;
  readonly record: RecordEvent;
}

/** A pull that failed, and when the next one may be. */
interface FailedPull {
  readonly backOff: BackOff;
  readonly message: string;
}

/** Between a pull that failed and the look at it that finds it in back-off: the kubelet looks when the sandbox is up. */
const firstLookMs = 2000;
/** How often the kubelet looks at a pod in which something failed: about every 12 s. */
const lookMs = 12_000;

/** Gets the images of one pod with the kubelet's policy, back-off, events and texts (`images/image_manager.go`). */
export class ImagePuller {
  readonly #request: PullerRequest;
  readonly #rule: BackOffRule;
  readonly #failures = new Map<string, FailedPull>();

  constructor(request: PullerRequest, rule: BackOffRule) {
    this.#request = request;
    this.#rule = rule;
  }

  /** At once when no registry has to be asked. Events are recorded about the container. */
  get(container: Container, record: RecordEvent): ImageResolution | Promise<ImageResolution> {
    const tell: Tell = (type, reason, message) => record(type, reason, message, container.name);
    const { image = '', imagePullPolicy = defaultPullPolicy(image) } = container;
    const { images } = this.#request.node;
    let reference: Reference;
    try {
      reference = parseReference(image);
    } catch (error) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${refusalOfName(error)}`;
      tell('Warning', 'InspectFailed', message);
      return { ok: false, reason: 'InvalidImageName', message, isTold: true };
    }
    const found = images.find(image);
    if (found !== undefined && (imagePullPolicy !== 'Always' || images.isOffline)) {
      tell('Normal', 'Pulled', presentText(image, imagePullPolicy));
      return { ok: true, image: found };
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      tell('Warning', 'ErrImageNeverPull', message);
      return { ok: false, reason: 'ErrImageNeverPull', message, isTold: true };
    }
    return this.#inBackOff(image, tell) ?? this.#pull({ image, reference, tell, record });
  }

  #inBackOff(image: string, tell: Tell): ImageResolution | undefined {
    const failure = this.#failures.get(image);
    if (failure === undefined) return undefined;
    const { delayMs, lastAt } = failure.backOff;
    const leftMs = lastAt + delayMs - this.#request.node.clock.now();
    if (leftMs <= 0) return undefined;
    const text = `Back-off pulling image "${image}"`;
    tell('Normal', 'BackOff', text);
    return {
      ok: false,
      reason: 'ImagePullBackOff',
      message: `${text}: ErrImagePull: ${failure.message}`,
      retryMs: Math.min(leftMs, lookMs),
      isTold: true,
    };
  }

  async #pull({ image, reference, tell, record }: Pull): Promise<ImageResolution> {
    const { clock } = this.#request.node;
    const startedAt = clock.now();
    tell('Normal', 'Pulling', `Pulling image "${image}"`);
    try {
      const pulled = await this.#pullAsSomebody(image, reference, record);
      this.#failures.delete(image);
      tell('Normal', 'Pulled', pulledText(image, pulled, clock.now() - startedAt));
      return { ok: true, image: pulled.image };
    } catch (error) {
      if (error instanceof PodproofError && error.code === 'internal') throw error;
      const message = messageOf(error);
      const failedAt = clock.now();
      const backOff = nextBackOff(this.#rule, this.#failures.get(image)?.backOff, failedAt);
      this.#failures.set(image, { backOff, message });
      tell('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
      const retryMs = Math.min(firstLookMs, backOff.delayMs / 2);
      return { ok: false, reason: 'ErrImagePull', message, retryMs, isTold: true };
    }
  }

  /** With each of the secrets' credentials in turn, and with the node's own when they have none for the registry. */
  async #pullAsSomebody(image: string, reference: Reference, record: RecordEvent): Promise<PulledImage> {
    const { images } = this.#request.node;
    const [first, ...others] = this.#credentials(reference, record);
    const pullAs = (credentials: Credentials): Promise<PulledImage> =>
      images.pull(image, { host: reference.domain, credentials });
    if (first === undefined) return images.pull(image);
    return others.reduce((attempt, credentials) => attempt.catch(() => pullAs(credentials)), pullAs(first));
  }

  #credentials(reference: Reference, record: RecordEvent): readonly Credentials[] {
    const { node, pod } = this.#request;
    const { namespace = 'default' } = pod.metadata;
    const { serviceAccountName = 'default', imagePullSecrets = [] } = pod.spec;
    // The pod's own come first: admission adds the account's only to a pod that names none.
    const named =
      imagePullSecrets.length > 0
        ? imagePullSecrets
        : (node.lookup.serviceAccount(namespace, serviceAccountName)?.imagePullSecrets ?? []);
    const names = named.map(({ name = '' }) => name).filter((name) => name !== '');
    const secrets: Secret[] = [];
    const missing: string[] = [];
    for (const name of names) {
      const secret = node.lookup.secret(namespace, name);
      if (secret === undefined) missing.push(name);
      else secrets.push(secret);
    }
    // About the pod, whose secrets they are.
    if (missing.length > 0) record('Warning', 'FailedToRetrieveImagePullSecret', missingSecretsText(missing));
    return pullCredentials(reference, secrets);
  }
}

/** As Docker says it, without what of ours is round it. */
function refusalOfName(error: unknown): string {
  return messageOf(error).replace(/^cannot read image reference ".*?": /s, '');
}

function presentText(image: string, policy: string): string {
  const text = `Container image "${image}" already present on machine and can be accessed by the pod`;
  return policy === 'Always' ? `${text}; its registry was not asked: the node is offline` : text;
}

function pulledText(image: string, { pullMs, sizeBytes }: PulledImage, totalMs: number): string {
  const times = `${goDuration(pullMs)} (${goDuration(Math.max(totalMs, pullMs))} including waiting)`;
  return `Successfully pulled image "${image}" in ${times}. Image size: ${sizeBytes} bytes.`;
}

function missingSecretsText(names: readonly string[]): string {
  return `Unable to retrieve some image pull secrets (${names.join(', ')}); attempting to pull the image may not succeed.`;
}
