import type { Pod } from '../kube/pod.ts';
import { ApiError } from '../kube/status.ts';

const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';

/**
 * The container that a request for logs, exec or attach is about: the one it names, else the pod's default, else its
 * only one. Throws `BadRequest` with upstream's words.
 */
export function resolveContainer({ metadata, spec }: Pod, asked: string | undefined): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const names = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
  const pod = metadata.name ?? '';
  if (asked !== undefined && asked !== '') {
    if (names.includes(asked)) return asked;
    throw new ApiError('BadRequest', `container ${asked} is not valid for pod ${pod}`);
  }
  const byAnnotation = metadata.annotations?.[defaultContainerAnnotation];
  if (byAnnotation !== undefined && names.includes(byAnnotation)) return byAnnotation;
  const [only] = containers;
  if (only !== undefined && containers.length === 1) return only.name;
  const init =
    initContainers.length > 0 ? ` or one of the init containers: [${namesOf(initContainers)}]` : '';
  throw new ApiError(
    'BadRequest',
    `a container name must be specified for pod ${pod}, choose one of: [${namesOf(containers)}]${init}`,
  );
}

function namesOf(containers: readonly { readonly name: string }[]): string {
  return containers.map(({ name }) => name).join(' ');
}
