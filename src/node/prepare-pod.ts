import { join } from 'node:path';
import { confine } from '../confinement/confine.ts';
import type { ConfineInput, ContainerInPod } from '../confinement/confine-input.ts';
import { fieldRefusals } from '../confinement/fields-not-carried-out.ts';
import { startVerdict } from '../confinement/start-verdict.ts';
import { messageOf, PodproofError } from '../core/errors.ts';
import type { Pod } from '../kube/pod.ts';
import type { PortMapping, Sandbox, SandboxRequest } from '../runtime/engine.ts';
import type { DownwardFacts } from './env/downward.ts';
import type { PodImages } from './images/pod-images.ts';
import { type NodeFiles, sandboxHostname, writeNodeFiles } from './node-files.ts';
import type { ImageResolution, NodePorts } from './node-ports.ts';
import { type PodRecord, whereIs } from './pod-record.ts';
import { Refusal } from './refusal.ts';
import type { RecordEvent } from './running-pod.ts';
import { checkRuntimeHandler, runtimeHandlerOf } from './runtime-handler.ts';
import { prepareVolumes } from './volumes/prepare-volumes.ts';
import type { PreparedVolume, VolumeContext } from './volumes/prepared-volume.ts';

/** What is asked for: one pod on this node. */
export interface PodRequest {
  readonly node: NodePorts;
  readonly pod: Pod;
  readonly containers: readonly ContainerInPod[];
  readonly images: PodImages;
  readonly record: PodRecord;
  readonly withoutNetwork: boolean;
}

/** Everything that the containers of a pod share, made and ready. */
export interface PreparedPod {
  readonly images: ReadonlyMap<string, ImageResolution>;
  readonly sandbox: Sandbox;
  readonly volumes: ReadonlyMap<string, PreparedVolume>;
  readonly files: NodeFiles;
  readonly facts: DownwardFacts;
}

/** Makes what the containers of a pod share, or throws a `Refusal`. */
export type Prepare = (signal: AbortSignal, record: RecordEvent) => Promise<PreparedPod>;

/**
 * The way to make all that the pod's containers share. When a step is refused it may be gone again: what the steps
 * before it made is kept.
 */
export function preparation(request: PodRequest): Prepare {
  const { images } = request;
  const made = new Map<string, PreparedVolume>();
  let sandbox: Sandbox | undefined;
  return async (signal, record) => {
    await images.begin(signal);
    checkPodVerdict(request, images.known);
    sandbox ??= await createSandbox(request, images.known);
    const facts = downwardFacts(request, sandbox);
    const { volumes, files } = await prepareFiles(request, sandbox, facts, { signal, record, made });
    return { images: images.known, sandbox, facts, volumes, files };
  };
}

/** Refuses the pod as a whole: for fields that are not carried out, sysctls, AppArmor, user namespaces. */
function checkPodVerdict(request: PodRequest, images: ReadonlyMap<string, ImageResolution>): void {
  const { node, pod, record } = request;
  const problems = fieldRefusals(pod, whereIs(record)).map(({ message }) => message);
  if (problems.length > 0)
    throw new Refusal('PodFeatureUnsupported', `podproof does not carry out ${problems.join('; ')}`);
  checkRuntimeHandler(pod, node.lookup, runtimeHandlerOf(node.engine));
  for (const container of request.containers) {
    const verdict = startVerdict(confineInput(request, images, container));
    if (!verdict.ok && isPodRefusal(verdict.reason)) throw new Refusal(verdict.reason, verdict.message);
  }
}

function isPodRefusal(reason: string): boolean {
  return reason === 'SysctlForbidden' || reason === 'AppArmor' || reason === 'FailedCreatePodSandBox';
}

/** What `confine()` and the verdict are asked for a container of the pod. */
export function confineInput(
  { node, pod, withoutNetwork }: PodRequest,
  images: ReadonlyMap<string, ImageResolution>,
  container: ContainerInPod,
  sandbox?: Sandbox,
): ConfineInput {
  const resolved = images.get(container.container.name);
  const user = sandbox?.user;
  return {
    pod,
    container,
    image: resolved?.ok === true ? resolved.image : undefined,
    platform: node.engine.platform,
    ...(user?.mode === 'pod' && user.hostId !== null ? { hostId: user.hostId } : {}),
    ...(withoutNetwork ? { withoutNetwork } : {}),
  };
}

/** The pod's namespaces and its network, by the engine. */
async function createSandbox(
  request: PodRequest,
  images: ReadonlyMap<string, ImageResolution>,
): Promise<Sandbox> {
  const { node } = request;
  try {
    return await node.gate(() => node.engine.createSandbox(sandboxRequest(request, images)));
  } catch (error) {
    if (!(error instanceof PodproofError) || error.code === 'internal') throw error;
    throw new Refusal('FailedCreatePodSandBox', `Failed to create pod sandbox: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function sandboxRequest(request: PodRequest, images: ReadonlyMap<string, ImageResolution>): SandboxRequest {
  const { pod, containers, record } = request;
  const [first] = containers.filter(({ type }) => type === 'container');
  if (first === undefined) throw new PodproofError('invalid', `pod "${record.name}" has no containers`);
  // Namespaces and sysctls are the pod's: any of its containers tells them.
  const { namespaces, sysctls } = confine(confineInput(request, images, first)).confinement;
  const pid = namespaces.pid.value;
  return {
    id: record.uid,
    dir: record.dir,
    hostname: sandboxHostname(pod),
    user: namespaces.user.value,
    network: namespaces.network.value,
    ipc: namespaces.ipc.value,
    uts: namespaces.uts.value,
    pid: pid === 'target' ? 'container' : pid,
    sysctls: sysctls.map(({ name, value }) => ({ name, value: value.value })),
    portMappings: namespaces.network.value === 'pod' ? portMappings(containers) : [],
    idMapped: [...layersOf(images), ...mountedHostPaths(request)],
    podNamespace: record.namespace,
    podName: record.name,
  };
}

function layersOf(images: ReadonlyMap<string, ImageResolution>): readonly string[] {
  return [...images.values()].flatMap((resolved) => (resolved.ok ? resolved.image.layerDirs : []));
}

/** Those that containers get as a whole; of another one nobody knows yet which part. */
function mountedHostPaths({ pod, containers }: PodRequest): readonly string[] {
  const mounted = new Set(
    containers
      .flatMap(({ container }) => container.volumeMounts ?? [])
      .filter(({ subPath, subPathExpr }) => (subPath ?? '') === '' && (subPathExpr ?? '') === '')
      .map(({ name }) => name),
  );
  return (pod.spec.volumes ?? []).flatMap(({ name, hostPath }) =>
    hostPath !== undefined && mounted.has(name) ? [hostPath.path] : [],
  );
}

function portMappings(containers: readonly ContainerInPod[]): readonly PortMapping[] {
  const protocols = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' } as const;
  return containers.flatMap(({ container }) =>
    (container.ports ?? []).flatMap(({ hostPort, containerPort, protocol = 'TCP', hostIP }) =>
      hostPort === undefined || hostPort === 0
        ? []
        : [
            {
              hostPort,
              containerPort,
              protocol: protocols[protocol],
              ...(hostIP === undefined || hostIP === '' ? {} : { hostIP }),
            },
          ],
    ),
  );
}

/** Addresses and names as the downward API tells them. */
export function downwardFacts({ node, pod }: PodRequest, sandbox: Sandbox): DownwardFacts {
  const hostIPs = node.hostIP === undefined ? [] : [node.hostIP];
  return {
    pod,
    nodeName: node.nodeName,
    hostIPs,
    podIPs: podIPsOf(pod, sandbox, hostIPs),
    allocatable: node.allocatable,
  };
}

/** A pod in its node's network has its node's address. */
function podIPsOf(pod: Pod, sandbox: Sandbox, hostIPs: readonly string[]): readonly string[] {
  return pod.spec.hostNetwork === true ? hostIPs : sandbox.ips;
}

interface FilesWork {
  readonly signal: AbortSignal;
  readonly record: RecordEvent;
  /** Volumes of an earlier attempt. */
  readonly made: Map<string, PreparedVolume>;
}

/** Volumes, then the files that the node itself keeps for the pod. */
async function prepareFiles(
  request: PodRequest,
  sandbox: Sandbox,
  facts: DownwardFacts,
  { signal, record, made }: FilesWork,
): Promise<Pick<PreparedPod, 'volumes' | 'files'>> {
  const { node, pod } = request;
  const volumes = await prepareVolumes(volumeContext(request, { sandbox, facts }, record, signal), made);
  return { volumes, files: writeNodeFiles(request.record.dir, pod, facts.podIPs, node.clusterDns) };
}

/** What the volumes of a pod are made from. */
export function volumeContext(
  { node, pod, record }: PodRequest,
  { sandbox, facts }: Pick<PreparedPod, 'sandbox' | 'facts'>,
  recordEvent: RecordEvent,
  signal: AbortSignal,
): VolumeContext {
  const { lib } = node.dirs;
  return {
    pod,
    volumesDir: join(record.dir, 'volumes'),
    claimsDir: join(lib, 'claims'),
    lookup: node.lookup,
    facts,
    images: node.images,
    clock: node.clock,
    userNamespacePath: sandbox.namespacePaths.user,
    libDir: lib,
    record: recordEvent,
    signal,
  };
}
