import type { FieldPath } from '../core/field-path.ts';
import type { ConfineInput } from './confine-input.ts';
import type { EffectiveContext } from './effective-context.ts';

/** Whether a container would start; if not, the reason that a cluster shows and its exact message. */
export type StartVerdict = { readonly ok: true } | StartRefused;

export interface StartRefused {
  readonly ok: false;
  readonly reason: StartRefusal;
  readonly message: string;
  /** What to write. */
  readonly advice: string;
  /** The field to write to, from the pod's root; it may not have been written yet. */
  readonly path: FieldPath;
}

/**
 * `SysctlForbidden` and `AppArmor` are the kubelet's refusals of the whole pod (phase Failed), `FailedCreatePodSandBox`
 * the event of a pod that stays in ContainerCreating; the others are reasons of a waiting container.
 */
export type StartRefusal =
  | 'SysctlForbidden'
  | 'AppArmor'
  | 'FailedCreatePodSandBox'
  | 'InvalidImageName'
  | 'ErrImageNeverPull'
  | 'CreateContainerConfigError'
  | 'CreateContainerError'
  | 'RunContainerError';

/** What a single verdict looks at. */
export interface VerdictSubject {
  readonly input: ConfineInput;
  readonly context: EffectiveContext;
}

/** One reason not to start, judged by itself; undefined when it does not apply. */
export type Verdict = (subject: VerdictSubject) => StartRefused | undefined;

/** ` (pod: "NAME_NAMESPACE(UID)", container: C)`, as the kubelet ends its messages. */
export function blamed({ pod, container }: ConfineInput): string {
  const { name = '', namespace = 'default', uid = '' } = pod.metadata;
  const text = JSON.stringify(`${name}_${namespace}(${uid})`);
  return `(pod: ${text}, container: ${container.container.name})`;
}
