import { confine, judge } from '../confinement/confine.ts';
import type { ConfineInput, ContainerInPod } from '../confinement/confine-input.ts';
import type { Platform } from '../confinement/platform.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import type { StartVerdict } from '../confinement/verdict.ts';
import { writablePaths } from '../confinement/writable-paths.ts';
import type { ContainerReport, FindingReport, StartReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Image } from '../image/image.ts';
import type { Pod } from '../kube/pod.ts';
import { confinementReport } from './confinement-report.ts';
import { type DocumentPlace, findingReport } from './document-place.ts';
import type { FoundImage } from './image-finder.ts';

/** What all containers of a pod have in common. */
export interface PodInPlace {
  /** With its defaults. */
  readonly pod: Pod;
  readonly platform: Platform;
  readonly place: DocumentPlace;
  readonly showsConfinement: boolean;
}

/** Would the kubelet start the container, and how would the kernel confine it. */
export function predictContainer(
  container: ContainerInPod,
  found: FoundImage,
  { pod, platform, place, showsConfinement }: PodInPlace,
): ContainerReport {
  const input: ConfineInput = { pod, container, image: found.image, platform };
  const whole = showsConfinement ? confine(input) : undefined;
  const { findings, confinement, start: asFound } = whole ?? judge(input);
  const start = isSoughtInVain(found) ? startAsRoot(input) : asFound;
  // Where findings are counted alone, nobody reads of it where it stands.
  const placed = showsConfinement || found.problem !== undefined ? place : undefined;
  const unknown = unknownImage(container, found, confinement.user.value.uid, placed);
  const reports: FindingReport[] = unknown === undefined ? [] : [unknown];
  for (const finding of findings)
    if (start.ok || finding.code !== DEPENDS_ON_IMAGE) reports.push(findingReport(finding, place));
  return {
    name: container.container.name,
    type: container.type,
    image: container.container.image ?? '',
    imageKnown: imageKnown(found),
    ...(found.image !== undefined && found.image.digest !== '' && { imageDigest: found.image.digest }),
    start: startReport(start, place),
    confinement: whole === undefined ? {} : confinementReport(whole.confinement, place),
    writable: whole === undefined ? [] : writablePaths(whole.confinement),
    findings: reports,
  };
}

/** Its finding says what a verdict has left open. */
const DEPENDS_ON_IMAGE = 'image-user-unknown';

/** Somebody wanted to know, and could not: then the strictest counts. */
function isSoughtInVain({ image, problem }: FoundImage): boolean {
  return image === undefined && problem !== undefined;
}

/** As the kubelet would judge an image of root. */
function startAsRoot(input: ConfineInput): StartVerdict {
  const verdict = startVerdict({ ...input, image: ROOT_IMAGE });
  const isAboutImage = !verdict.ok && startVerdict(input).ok;
  return isAboutImage
    ? { ...verdict, advice: 'write runAsUser with a number, or check when it can be read' }
    : verdict;
}

const ROOT_IMAGE: Image = {
  reference: '',
  digest: '',
  config: { architecture: '', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
  accounts: undefined,
};

function imageKnown({ image }: FoundImage): ContainerReport['imageKnown'] {
  if (image === undefined) return 'unknown';
  return image.accounts === undefined ? 'config' : 'yes';
}

/**
 * What a verdict rests on where the image could not be had. Nobody asked for it: a note. Somebody did, in vain: a
 * warning with the reason.
 */
function unknownImage(
  { container, path }: ContainerInPod,
  { image, problem }: FoundImage,
  uid: number | null,
  place: DocumentPlace | undefined,
): FindingReport | undefined {
  const { image: reference = '' } = container;
  // Without a reference there is nothing to look for, and the API server says so.
  if (image !== undefined || reference === '') return undefined;
  const code = 'image-unknown';
  if (problem === undefined) {
    const message = `image unknown: verdict assumes ${assumed(uid)}`;
    if (place === undefined) return { severity: 'note', code, message };
    const advice = `podproof image pull ${shellWord(reference)}`;
    return findingReport({ severity: 'note', code, message, path: [...path, 'image'], advice }, place);
  }
  const message = `image unknown: verdict assumes root: ${problem}`;
  const warning: Finding = { severity: 'warning', code, message, path: [...path, 'image'] };
  return place === undefined ? { severity: 'warning', code, message } : findingReport(warning, place);
}

function assumed(uid: number | null): string {
  if (uid === 0) return 'root';
  return uid === null ? 'a user other than root' : 'no accounts in it';
}

function startReport(verdict: StartVerdict, place: DocumentPlace): StartReport {
  if (verdict.ok) return { ok: true };
  const { reason, message, advice, path } = verdict;
  return {
    ok: false,
    reason,
    message,
    advice,
    field: place.field(path),
    ...place.position(path),
  };
}
