import { typicalPlatform } from '../confinement/platform.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import { blamed } from '../confinement/verdict.ts';
import type { DockerfileReport, StartReport } from '../core/contract/check-report.ts';
import type { IdentityReport } from '../core/contract/image-report.ts';
import { identityOf } from '../image/identity.ts';
import type { Image } from '../image/image.ts';
import { baseReferenceOf } from './base-reference.ts';
import { buildStage } from './build-stage.ts';
import type { BuildState } from './build-state.ts';
import { builtImage } from './built-image.ts';
import { dockerfileFindings } from './dockerfile-findings.ts';
import { type BuiltUser, builtUser, uidOf } from './image-user.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';
import { userAdvice } from './user-advice.ts';

/** What was found for the base image: `predict`'s `FoundImage` fits. */
export interface BaseImage {
  readonly image: Image | undefined;
  /** Why it could not be read. */
  readonly problem?: string | undefined;
}

/** Who the image will run as, and whether the kubelet would start it under `runAsNonRoot: true`. Pure. */
export function judgeDockerfile(dockerfile: ParsedDockerfile, base: BaseImage | undefined): DockerfileReport {
  const state = buildStage(dockerfile, base?.image);
  const stage = dockerfile.stages[dockerfile.target];
  const user = builtUser(state);
  const image = builtImage(state);
  return {
    source: { file: dockerfile.file, line: stage?.from.line ?? 1 },
    stage: stage?.name ?? String(dockerfile.target),
    base: baseReferenceOf(dockerfile) ?? 'scratch',
    baseKnown: baseKnown(dockerfile, base),
    identity: state.isWindows ? windowsIdentity(user) : identity(image, user, state),
    start: state.isWindows ? windowsStart(user) : start(image, user, state),
    findings: [...dockerfile.warnings, ...dockerfileFindings(state, user, base?.problem)],
  };
}

function baseKnown(dockerfile: ParsedDockerfile, base: BaseImage | undefined): DockerfileReport['baseKnown'] {
  if (baseReferenceOf(dockerfile) === undefined) return 'yes';
  if (base?.image === undefined) return 'unknown';
  return base.image.accounts === undefined ? 'config' : 'yes';
}

function identity(image: Image, user: BuiltUser, state: BuildState): IdentityReport {
  const { advice: _, ...known } = identityOf(image);
  const source = user.line === undefined ? '' : `, line ${user.line.instruction.line}`;
  const evident = user.user.kind === 'name' && known.uid === null ? uidOf(user.user.name, state) : undefined;
  return {
    ...known,
    uid: known.uid ?? evident?.uid ?? null,
    from: `${known.from}${source}${evident === undefined ? '' : `, ${evident.why}`}`,
  };
}

/** The kubelet's verdict on a pod that says `runAsNonRoot: true` and nothing else. */
function start(image: Image, user: BuiltUser, state: BuildState): StartReport {
  const input = {
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'pod' },
      spec: { containers: [{ name: 'container' }], securityContext: { runAsNonRoot: true } },
    },
    container: { type: 'container', container: { name: 'container' }, path: ['spec', 'containers', 0] },
    image,
    platform: typicalPlatform('containerd'),
  } as const;
  const verdict = startVerdict(input);
  if (verdict.ok) return verdict;
  const { text, ...place } = userAdvice(user, state);
  // There is no pod to blame.
  const message = verdict.message.replace(` ${blamed(input)}`, '');
  return { ok: false, reason: verdict.reason, message, advice: text, ...place };
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

function windowsStart(user: BuiltUser): StartReport {
  if (!isWindowsRoot(user)) return { ok: true };
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
