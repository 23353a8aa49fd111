import { containersOf } from '../confinement/containers.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import type { FieldPath } from '../core/field-path.ts';
import type { Pod } from '../kube/pod.ts';
import type { RunningContainer } from '../node/running-pod.ts';
import { readPlatform } from '../runtime/read-platform.ts';
import { imageAdvice } from './store-images.ts';

export interface RefusalAdvice {
  readonly advice: string;
  /** The field to blame, from the pod's root; absent when it is the image. */
  readonly path?: FieldPath;
}

/** What to write, or to run, for a container that was refused; undefined where nobody knows. */
export function refusalAdvice(
  { name, type, container, status, image, confinement }: RunningContainer,
  pod: Pod,
): RefusalAdvice | undefined {
  const { waiting } = status.state;
  if (waiting === undefined) return undefined;
  const forImage = imageAdvice(waiting.reason, container.image ?? '');
  if (forImage !== undefined) return { advice: forImage };
  if (confinement === undefined) return undefined;
  const placed = containersOf(pod).find((it) => it.type === type && it.container.name === name);
  const platform = readPlatform(confinement.profile);
  const verdict = placed && startVerdict({ pod, container: placed, image, platform });
  if (verdict === undefined || verdict.ok || verdict.advice === undefined) return undefined;
  return { advice: verdict.advice, ...(verdict.path !== undefined && { path: verdict.path }) };
}
