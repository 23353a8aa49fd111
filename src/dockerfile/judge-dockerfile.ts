import type { ConfineInput } from '../confinement/confine-input.ts';
import { typicalPlatform } from '../confinement/platform.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import { blamed } from '../confinement/verdict.ts';
import type { DockerfileReport, FindingReport, StartReport } from '../core/contract/check-report.ts';
import type { IdentityReport } from '../core/contract/image-report.ts';
import { identityOf } from '../image/identity.ts';
import type { Image } from '../image/image.ts';
import { baseReferenceOf } from './base-reference.ts';
import { buildStage } from './build-stage.ts';
import type { BuildState } from './build-state.ts';
import { builtImage } from './built-image.ts';
import { dockerfileFindings, isFilesOnly } from './dockerfile-findings.ts';
import { type BuiltUser, builtUser, dependsOnBase, uidOf } from './image-user.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';
import { userAdvice } from './user-advice.ts';

/** What was found for the base image: `predict`'s `FoundImage` fits. */
export interface BaseImage {
  readonly image: Image | undefined;
  /** Why it could not be read. */
  readonly problem?: string | undefined;
}

export interface DockerfileJudgement {
  /** Whether pods must say `runAsNonRoot: true`, as restricted demands. By default they must. */
  readonly demandsNonRoot?: boolean;
}

/** Who the image will run as, and whether the kubelet would start it under `runAsNonRoot: true`. Pure. */
export function judgeDockerfile(
  dockerfile: ParsedDockerfile,
  base: BaseImage | undefined,
  { demandsNonRoot = true }: DockerfileJudgement = {},
): DockerfileReport {
  const state = buildStage(dockerfile, base?.image);
  const stage = dockerfile.stages[dockerfile.target];
  const user = builtUser(state);
  const image = builtImage(state);
  const refused = isFilesOnly(state) ? undefined : refusal(image, user, state);
  const isTold = refused?.isByNonRoot === true && !demandsNonRoot;
  return {
    source: { file: dockerfile.file, line: stage?.from.line ?? 1 },
    stage: stage?.name ?? String(dockerfile.target),
    base: baseReferenceOf(dockerfile) ?? 'scratch',
    baseKnown: baseKnown(dockerfile, base),
    identity: state.isWindows ? windowsIdentity(user) : identity(image, user, state),
    start: refused === undefined || isTold ? { ok: true } : refused.start,
    findings: [
      ...dockerfile.warnings,
      ...(isTold ? [asNote(refused.start)] : []),
      ...dockerfileFindings(state, user, base?.problem),
    ],
  };
}

interface Refusal {
  readonly start: StartRefused;
  /** A pod that does not say `runAsNonRoot` would start. */
  readonly isByNonRoot: boolean;
}

type StartRefused = Extract<StartReport, { ok: false }>;

function refusal(image: Image, user: BuiltUser, state: BuildState): Refusal | undefined {
  if (state.isWindows) {
    const start = windowsStart(user);
    return start && { start, isByNonRoot: true };
  }
  const verdict = startVerdict(inPod(image, true));
  if (verdict.ok) return undefined;
  const { text, ...place } = userAdvice(user, state);
  // There is no pod to blame.
  const said = verdict.message.replace(` ${blamed(inPod(image, true))}`, '');
  const message =
    dependsOnBase(user, state) === 'unknown' ? `${said} (assumed: the base image is not at hand)` : said;
  return {
    start: { ok: false, reason: verdict.reason, message, advice: text, ...place },
    isByNonRoot: startVerdict(inPod(image, false)).ok,
  };
}

/** A pod that says nothing, but perhaps `runAsNonRoot: true`. */
function inPod(image: Image, runAsNonRoot: boolean): ConfineInput {
  const securityContext = runAsNonRoot ? { securityContext: { runAsNonRoot } } : {};
  return {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod' },
      spec: { containers: [{ name: 'container' }], ...securityContext },
    },
    container: { type: 'container', container: { name: 'container' }, path: ['spec', 'containers', 0] },
    image,
    platform: typicalPlatform('containerd'),
  };
}

function asNote({ message, advice, line, column }: StartRefused): FindingReport {
  return {
    severity: 'note',
    code: 'non-root-not-verifiable',
    message: `restricted would refuse it: ${message}`,
    ...(advice !== undefined && { advice }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}

function baseKnown(dockerfile: ParsedDockerfile, base: BaseImage | undefined): DockerfileReport['baseKnown'] {
  if (baseReferenceOf(dockerfile) === undefined) return 'yes';
  if (base?.image === undefined) return 'unknown';
  return base.image.accounts === undefined ? 'config' : 'yes';
}

function identity(image: Image, built: BuiltUser, state: BuildState): IdentityReport {
  const { advice: _, ...known } = identityOf(image);
  const { user, line } = built;
  const uid = user.kind === 'name' && user.name === 'root' ? 0 : known.uid;
  const evident = user.kind === 'name' && uid === null ? uidOf(user.name, state) : undefined;
  return {
    ...known,
    uid: uid ?? evident?.uid ?? null,
    from: [
      line === undefined && dependsOnBase(built, state) === 'unknown' ? 'assumed, no USER line' : known.from,
      ...(line === undefined ? [] : [`line ${line.instruction.line}`]),
      ...(evident === undefined ? [] : [evident.why]),
    ].join(', '),
  };
}

/** The kubelet on Windows looks for one name alone. */
const windowsRoot = 'ContainerAdministrator';

function isWindowsRoot({ written }: BuiltUser): boolean {
  return written.toLowerCase() === windowsRoot.toLowerCase();
}

function windowsIdentity(user: BuiltUser): IdentityReport {
  return {
    user: user.written,
    uid: null,
    gid: null,
    groups: [],
    numeric: false,
    verifiableAsNonRoot: !isWindowsRoot(user),
    from: `image USER ${user.written === '' ? '(none)' : user.written}`,
  };
}

function windowsStart(user: BuiltUser): StartRefused | undefined {
  if (!isWindowsRoot(user)) return undefined;
  const { restLine: line = 1, restColumn: column = 1 } = user.line?.instruction ?? {};
  return {
    ok: false,
    reason: 'CreateContainerConfigError',
    message: `container's runAsUser (${user.written}) which will be regarded as root identity and will break non-root policy`,
    advice: 'write  USER ContainerUser',
    line,
    column,
  };
}
