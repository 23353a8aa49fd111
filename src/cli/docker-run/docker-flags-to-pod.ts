import type { Profile } from '../../confinement/confinement.ts';
import { PodproofError } from '../../core/errors.ts';
import type { Image } from '../../image/image.ts';
import type { Container, Pod, PodSpec, SecurityContext } from '../../kube/pod.ts';
import { NETWORK_ANNOTATION } from '../pod-options.ts';
import { translateCapabilities } from './docker-capabilities.ts';
import { escapeExpansion, translateEnvironment } from './docker-environment.ts';
import type { DockerFlags } from './docker-flags.ts';
import { translatePorts } from './docker-ports.ts';
import { translateSecurityOptions } from './docker-security-options.ts';
import { parseDockerSize } from './docker-size.ts';
import { translateUser } from './docker-user.ts';
import { translateVolumes } from './docker-volumes.ts';
import type { Remarks } from './remarks.ts';

export interface DockerRun {
  readonly flags: DockerFlags;
  /** For names of users and groups; without it only numbers can be translated. */
  readonly image: Image | undefined;
  readonly profile: Profile;
  /** For `-e NAME` without a value. */
  readonly callerEnv: Readonly<Record<string, string | undefined>>;
}

export interface TranslatedPod {
  readonly pod: Pod;
  /** Where the pod cannot be quite what Docker would run. */
  readonly notes: readonly string[];
}

/**
 * The pod that is confined as Docker would confine the container. Where the two differ in their defaults the pod says
 * so in a field; what a pod cannot say throws `usage` with every such flag.
 */
export function dockerFlagsToPod({ flags, image, profile, callerEnv }: DockerRun): TranslatedPod {
  const problems: string[] = [];
  const notes: string[] = [];
  const remarks: Remarks = {
    problem: (text) => void problems.push(text),
    note: (text) => void notes.push(text),
  };
  const { volumes, mounts } = translateVolumes(flags, remarks);
  const security = translateSecurityOptions(flags, remarks);
  const name = podName(flags, remarks);
  const ports = translatePorts(flags.publish, remarks);
  const env = translateEnvironment(flags, callerEnv, remarks);
  const container: Container = {
    name: name
      .slice(0, 63)
      .replace(/[.-]+$/, '')
      .replaceAll('.', '-'),
    image: flags.image,
    imagePullPolicy: 'IfNotPresent',
    ...translateCommand(flags, remarks),
    ...(flags.workdir !== undefined && { workingDir: flags.workdir }),
    ...(env.length > 0 && { env }),
    ...(ports.length > 0 && { ports }),
    ...translateLimits(flags, remarks),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
    ...containerSecurity(flags, profile, security.noNewPrivileges, remarks),
    ...(flags.interactive && { stdin: true, stdinOnce: true }),
    ...(flags.tty && { tty: true }),
  };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(flags.network === 'none' && { annotations: { [NETWORK_ANNOTATION]: 'none' } }) },
    spec: {
      restartPolicy: 'Never',
      // Docker mounts no token, adds no service's variables, and takes the host's resolv.conf and 10 s to stop.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 10,
      ...translateNamespaces(flags, remarks),
      securityContext: {
        ...translateUser(flags, image, remarks),
        seccompProfile: security.seccompProfile,
        ...(security.appArmorProfile !== undefined && { appArmorProfile: security.appArmorProfile }),
      },
      containers: [container],
      ...(volumes.length > 0 && { volumes }),
    },
  };
  if (problems.length > 0) {
    throw new PodproofError('usage', 'cannot write these flags of docker run as a pod', { problems });
  }
  return { pod, notes };
}

function containerSecurity(
  flags: DockerFlags,
  profile: Profile,
  noNewPrivileges: boolean,
  remarks: Remarks,
): { readonly securityContext?: SecurityContext } {
  const capabilities = translateCapabilities(flags, profile, remarks);
  if (noNewPrivileges && flags.privileged) {
    remarks.problem(
      '--security-opt no-new-privileges with --privileged: the Kubernetes API refuses the two together',
    );
  }
  const securityContext: SecurityContext = {
    ...(flags.privileged && { privileged: true }),
    ...(flags.readOnly && { readOnlyRootFilesystem: true }),
    ...(noNewPrivileges && { allowPrivilegeEscalation: false }),
    ...(capabilities !== undefined && { capabilities }),
  };
  return Object.keys(securityContext).length === 0 ? {} : { securityContext };
}

/** An entrypoint takes the image's command away, in Docker as in Kubernetes; an empty one leaves nothing to run. */
function translateCommand(flags: DockerFlags, remarks: Remarks): Pick<Container, 'command' | 'args'> {
  const words = flags.command.map(escapeExpansion);
  if (flags.entrypoint === undefined) return words.length === 0 ? {} : { args: words };
  if (flags.entrypoint !== '') {
    return { command: [escapeExpansion(flags.entrypoint)], ...(words.length > 0 && { args: words }) };
  }
  if (words.length === 0)
    remarks.problem('--entrypoint "": there is no command left; give one after the image');
  return { command: words };
}

function translateLimits(flags: DockerFlags, remarks: Remarks): Pick<Container, 'resources'> {
  const limits: Record<string, string> = {};
  if (flags.memory !== undefined) {
    const memory = parseDockerSize(flags.memory);
    if (memory === undefined) remarks.problem(`--memory ${flags.memory}: it is a size like 64m or 1g`);
    else limits['memory'] = memory;
  }
  if (flags.cpus !== undefined) {
    if (!/^\d+(\.\d{1,3})?$/.test(flags.cpus) || Number(flags.cpus) === 0) {
      remarks.problem(`--cpus ${flags.cpus}: it is a number like 0.5, with at most 3 decimals`);
    } else limits['cpu'] = `${Math.round(Number(flags.cpus) * 1000)}m`;
  }
  return Object.keys(limits).length === 0 ? {} : { resources: { limits } };
}

function translateNamespaces(
  flags: DockerFlags,
  remarks: Remarks,
): Pick<PodSpec, 'hostNetwork' | 'hostPID' | 'hostIPC' | 'hostUsers' | 'hostname'> {
  const network = flags.network ?? 'pod';
  if (!['pod', 'bridge', 'default', 'host', 'none'].includes(network)) {
    remarks.problem(`--network ${network}: it is pod (also bridge), host or none`);
  }
  if (flags.hostname !== undefined && !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(flags.hostname)) {
    remarks.problem(
      `--hostname ${flags.hostname}: a pod's is a DNS label: lower-case letters, digits and "-"`,
    );
  }
  return {
    ...(network === 'host' && { hostNetwork: true }),
    ...(flags.pid === 'host' && { hostPID: true }),
    ...(flags.ipc === 'host' && { hostIPC: true }),
    ...(flags.userns !== undefined && { hostUsers: flags.userns === 'host' }),
    ...(flags.hostname !== undefined && { hostname: flags.hostname }),
  };
}

/** `--name`, or the last part of the image's name. */
function podName(flags: DockerFlags, remarks: Remarks): string {
  if (flags.name !== undefined) {
    if (/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(flags.name)) return flags.name;
    remarks.problem(`--name ${flags.name}: a pod's name has lower-case letters, digits, "-" and "."`);
    return 'run';
  }
  const last = flags.image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
  const name = last
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'run' : name.slice(0, 63);
}
