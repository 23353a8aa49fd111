import type { ContainerStatus, PodStatus } from '../../kube/pod-status.ts';
import { ApiError } from '../../kube/status.ts';

/** Which run of a container a request for its log is about: the one that it has or had last, or the one before. */
export interface ChosenLog {
  readonly run: 'last' | 'previous';
  /** More may still come. */
  readonly isLive: boolean;
}

/** Throws `BadRequest` with the kubelet's words when there is no such log. */
export function chooseLog(
  pod: string,
  status: PodStatus | undefined,
  container: string,
  previous: boolean,
): ChosenLog {
  const found = statusOf(status, container);
  const of = `container "${container}" in pod "${pod}"`;
  if (found === undefined) throw new ApiError('BadRequest', `${of} is not available`);
  const { state, lastState } = found;
  const hasNoRunNow = state.running === undefined && state.terminated === undefined;
  if (lastState.terminated !== undefined && (previous || hasNoRunNow))
    return { run: hasNoRunNow ? 'last' : 'previous', isLive: false };
  if (previous) throw new ApiError('BadRequest', `previous terminated ${of} not found`);
  if (hasNoRunNow)
    throw new ApiError('BadRequest', `${of} is waiting to start${waitingFor(state.waiting?.reason)}`);
  return { run: 'last', isLive: state.running !== undefined };
}

function statusOf(status: PodStatus | undefined, container: string): ContainerStatus | undefined {
  const {
    containerStatuses = [],
    initContainerStatuses = [],
    ephemeralContainerStatuses = [],
  } = status ?? {};
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses].find(
    ({ name }) => name === container,
  );
}

function waitingFor(reason: string | undefined): string {
  switch (reason) {
    case undefined:
      return ' - no logs yet';
    case 'ErrImagePull':
      return ": image can't be pulled";
    case 'ImagePullBackOff':
      return ': trying and failing to pull image';
    default:
      return `: ${reason}`;
  }
}
