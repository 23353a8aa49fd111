import { confine, judge } from '../confinement/confine.ts';
import type { ConfineInput, ContainerInPod } from '../confinement/confine-input.ts';
import type { Platform } from '../confinement/platform.ts';
import type { StartVerdict } from '../confinement/verdict.ts';
import { writablePaths } from '../confinement/writable-paths.ts';
import type { ContainerReport, StartReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import type { Pod } from '../kube/pod.ts';
import { confinementReport } from './confinement-report.ts';
import { type DocumentPlace, findingReport } from './document-place.ts';
import type { FoundImage } from './image-finder.ts';

/** Would the kubelet start the container, and how would the kernel confine it. The pod has its defaults. */
export function predictContainer(
  pod: Pod,
  container: ContainerInPod,
  found: FoundImage,
  platform: Platform,
  place: DocumentPlace,
  showsConfinement: boolean,
): ContainerReport {
  const input: ConfineInput = { pod, container, image: found.image, platform };
  const whole = showsConfinement ? confine(input) : undefined;
  const { start, findings, confinement } = whole ?? judge(input);
  return {
    name: container.container.name,
    type: container.type,
    image: container.container.image ?? '',
    imageKnown: imageKnown(found),
    ...(found.image !== undefined && { imageDigest: found.image.digest }),
    start: startReport(start, place),
    confinement: whole === undefined ? {} : confinementReport(whole.confinement, place),
    writable: whole === undefined ? [] : writablePaths(whole.confinement),
    findings: [...unknownImage(container, found, confinement.user.value.uid), ...findings].map((finding) =>
      findingReport(finding, place),
    ),
  };
}

function imageKnown({ image }: FoundImage): ContainerReport['imageKnown'] {
  if (image === undefined) return 'unknown';
  return image.accounts === undefined ? 'config' : 'yes';
}

function unknownImage(
  { container, path }: ContainerInPod,
  { image, problem }: FoundImage,
  uid: number | null,
): readonly Finding[] {
  const { name, image: reference = '' } = container;
  // Without a reference there is nothing to look for, and the API server says so.
  if (image !== undefined || reference === '') return [];
  const rest = uid === 0 ? 'root and no accounts are assumed' : 'no accounts are assumed';
  const assumption = uid === null ? 'its user is not known' : rest;
  return [
    {
      severity: 'note',
      code: 'image-unknown',
      message: `image "${reference}" is not at hand, so ${assumption}${problem === undefined ? '' : `: ${problem}`}`,
      path: [...path, 'image'],
      container: name,
      ...(problem === undefined && { advice: `podproof image pull ${reference}` }),
    },
  ];
}

function startReport(verdict: StartVerdict, place: DocumentPlace): StartReport {
  if (verdict.ok) return { ok: true };
  const { reason, message, advice, path } = verdict;
  return {
    ok: false,
    reason,
    message,
    ...(advice !== undefined && { advice }),
    ...(path !== undefined && place.position(path)),
  };
}
