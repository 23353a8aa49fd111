import type { FindingReport } from '../core/contract/check-report.ts';
import type { FieldPath } from '../core/field-path.ts';
import type { ComposeWorkload } from './compose-workload.ts';

/** Who the image runs as, where that is known: its numbers are what to write. */
export interface ImageIdentity {
  readonly uid: number;
  readonly gid?: number;
}

/** What to write in the Compose file against a violation of a Pod Security check; undefined where there is no field. */
export function adviceForCheck(
  check: string,
  fields: readonly FieldPath[],
  workload: ComposeWorkload,
  identity?: ImageIdentity,
): string | undefined {
  const written = fields.filter((field) => workload.isWritten(field));
  const service = { written, workload, user: userLine(identity) };
  if (isPrivileged(workload) && UNDONE_BY_PRIVILEGED.includes(check)) return INSTEAD_OF_PRIVILEGED;
  const advise = Object.hasOwn(CHECKS, check) ? CHECKS[check] : undefined;
  return advise?.(service);
}

/** What to write in the Compose file for a finding about a container; undefined where its own advice fits. */
export function adviceForFinding(
  { code, advice }: Pick<FindingReport, 'code' | 'advice'>,
  identity?: ImageIdentity,
): string | undefined {
  const advise = Object.hasOwn(FINDINGS, code) ? FINDINGS[code] : undefined;
  return (
    advise?.(userLine(identity)) ?? advice?.replace('mount an emptyDir', 'mount a tmpfs or a named volume')
  );
}

interface Advised {
  /** Those of the violation's fields that the file has. */
  readonly written: readonly FieldPath[];
  readonly workload: ComposeWorkload;
  readonly user: string;
}

/** More of one kind are enough to be understood. */
const MAX_NAMED = 10;
const NO_NEW_PRIVILEGES = 'write security_opt: ["no-new-privileges:true"]';
const INSTEAD_OF_PRIVILEGED = 'remove privileged: true; cap_add gives the capabilities that are needed';

/** What no field of a privileged service mends. */
const UNDONE_BY_PRIVILEGED: readonly string[] = [
  'allowPrivilegeEscalation',
  'capabilities_baseline',
  'capabilities_restricted',
  'seccompProfile_baseline',
  'seccompProfile_restricted',
];

function isPrivileged({ pod }: ComposeWorkload): boolean {
  return pod.spec.containers[0]?.securityContext?.privileged === true;
}

const CHECKS: Readonly<Record<string, (service: Advised) => string | undefined>> = {
  privileged: () => INSTEAD_OF_PRIVILEGED,
  allowPrivilegeEscalation: () => NO_NEW_PRIVILEGES,
  runAsNonRoot: ({ user }) => user,
  runAsUser: ({ user }) => user,
  capabilities_baseline: removal,
  capabilities_restricted: (service) => {
    const dropsAll =
      service.workload.pod.spec.containers[0]?.securityContext?.capabilities?.drop?.includes('ALL');
    const parts = [dropsAll === true ? undefined : 'write cap_drop: [ALL]', additions(service)];
    return parts.filter((part) => part !== undefined).join('; ') || undefined;
  },
  hostNamespaces: removal,
  hostPorts: () => 'remove mode: host; a Service reaches the port',
  hostPathVolumes: namedVolumes,
  restrictedVolumes: namedVolumes,
  sysctls: removal,
  seccompProfile_baseline: removal,
  seccompProfile_restricted: removal,
  appArmorProfile: removal,
  seLinuxOptions: removal,
  procMount: removal,
  procMount_restricted: removal,
};

const FINDINGS: Readonly<Record<string, (user: string) => string>> = {
  'implicit-root': (user) => user,
  'root-group': (user) => user,
  'image-group-lost': (user) => user,
  'privilege-escalation-possible': () => NO_NEW_PRIVILEGES,
  'capabilities-without-root': () =>
    'remove them from cap_add, or set them on the program in the image (setcap)',
  'seccomp-ignored': () => INSTEAD_OF_PRIVILEGED,
  'capabilities-ignored': () => INSTEAD_OF_PRIVILEGED,
  'privileged-read-only-root': () => INSTEAD_OF_PRIVILEGED,
  'too-many-groups': () => 'list fewer groups in group_add',
};

function userLine(identity: ImageIdentity | undefined): string {
  if (identity === undefined || identity.uid === 0)
    return 'write user: "1000:1000", or another uid that is not 0';
  return `write user: "${identity.uid}:${identity.gid ?? identity.uid}"`;
}

/** `remove pid: host, ipc: host`, `remove KILL, NET_ADMIN from cap_add`. */
function removal({ written, workload }: Advised): string | undefined {
  const byField = new Map<string, string[]>();
  for (const at of written) {
    const { field, text } = placeOf(at, workload);
    byField.set(field, [...(byField.get(field) ?? []), text]);
  }
  const parts = [...byField].map(([field, texts]) => {
    const shown = [...new Set(texts)].slice(0, MAX_NAMED).join(', ');
    return field === '' ? shown : `${shown} from ${field}`;
  });
  return parts.length === 0 ? undefined : `remove ${parts.join(', ')}`;
}

function additions({ written, workload, user }: Advised): string | undefined {
  return removal({
    written: written.filter((path) => path[2] === 'cap_add' && path.length > 3),
    workload,
    user,
  });
}

function namedVolumes({ written, workload }: Advised): string | undefined {
  const texts = [...new Set(written.map((at) => placeOf(at, workload).text))];
  return texts.length === 0
    ? undefined
    : `mount a named volume instead of ${texts.slice(0, MAX_NAMED).join(', ')}`;
}

/** What a reader looks for: `pid: host`, `NET_ADMIN` of `cap_add`, `kernel.msgmax` of `sysctls`. */
function placeOf(
  at: FieldPath,
  workload: ComposeWorkload,
): { readonly field: string; readonly text: string } {
  const [, , name = '', step] = at;
  const field = String(name);
  const written = typeof step === 'string' ? step : workload.writtenText(at);
  if (written === undefined) return { field: '', text: step === undefined ? field : `${field}[${step}]` };
  const shown = written.length > 60 ? `${written.slice(0, 60)}...` : written;
  return step === undefined ? { field: '', text: `${field}: ${shown}` } : { field, text: shown };
}
