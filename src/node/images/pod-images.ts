import type { ContainerInPod } from '../../confinement/confine-input.ts';
import { defaultPullPolicy } from '../../kube/default-pull-policy.ts';
import type { Container, Pod } from '../../kube/pod.ts';
import type { BackOffRule } from '../back-off.ts';
import type { ImageResolution, NodePorts } from '../node-ports.ts';
import type { RecordEvent } from '../running-pod.ts';
import { ImagePuller } from './image-puller.ts';

/** The images of a pod's containers. */
export interface PodImages {
  /** What came of the last look, by container; grows while the pod lives. */
  readonly known: ReadonlyMap<string, ImageResolution>;
  /** Before the pod has its sandbox. */
  begin(signal: AbortSignal): Promise<void>;
  /**
   * When the turn of a container has come; the outcome is in `known` then. Undefined: there is nothing to wait for. What it
   * gives never rejects but for a defect, and resolves early when the signal aborts.
   */
  fetch(container: Container, record: RecordEvent, signal: AbortSignal): Promise<void> | undefined;
}

/** What images are got for: one pod on a node. */
export interface ImagesRequest {
  readonly node: NodePorts;
  readonly pod: Pod;
  readonly containers: readonly ContainerInPod[];
}

/** As a command wants them: all before anything is made, and what cannot be had refuses its container for good. */
export function imagesAtOnce({ node, containers }: ImagesRequest): PodImages {
  const known = new Map<string, ImageResolution>();
  const resolve = async ({ name, image = '', imagePullPolicy }: Container, signal: AbortSignal) => {
    const pullPolicy = imagePullPolicy ?? defaultPullPolicy(image);
    known.set(name, await node.gate(() => node.images.resolve(image, pullPolicy, signal)));
  };
  return {
    known,
    begin: async (signal) => {
      await Promise.all(containers.map(({ container }) => resolve(container, signal)));
    },
    fetch: (container, _record, signal) =>
      known.has(container.name) ? undefined : resolve(container, signal),
  };
}

/**
 * As the kubelet gets them: each when its container's turn has come, by its pull policy, with back-off and events; what
 * is loaded costs no more than a look.
 */
export function imagesInTurn(request: ImagesRequest, backOff: BackOffRule): PodImages {
  const { images } = request.node;
  const known = new Map<string, ImageResolution>();
  const puller = new ImagePuller(request, backOff);
  for (const { container } of request.containers) {
    const image = images.find(container.image ?? '');
    if (image !== undefined) known.set(container.name, { ok: true, image });
  }
  const remember = async (name: string, outcome: Promise<ImageResolution>): Promise<void> => {
    known.set(name, await outcome);
  };
  return {
    known,
    begin: () => Promise.resolve(),
    fetch: (container, record, signal) => {
      const outcome = puller.get(container, record);
      if (!(outcome instanceof Promise)) {
        known.set(container.name, outcome);
        return undefined;
      }
      return unlessAborted(remember(container.name, outcome), signal);
    },
  };
}

/** Others may wait for the same pull: whoever ends only stops waiting. */
async function unlessAborted(pulled: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const done = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { signal: done.signal });
  });
  await Promise.race([pulled, aborted]).finally(() => done.abort());
}
