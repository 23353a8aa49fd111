import type { Readable, Writable } from 'node:stream';
import type { Confinement, UserNamespace } from '../confinement/confinement.ts';
import type { Platform } from '../confinement/platform.ts';
import type { UnpackedImage } from '../image/image.ts';

/**
 * Carries confinements out: sandboxes of pinned namespaces, and in them containers under conmon and runc. It knows no
 * pods: volumes, probes, restarts and order are the node's. Everything it makes for a sandbox lies in the sandbox's
 * `dir` or is named by its id, so that `removeSandbox` can take it away after a crash as well.
 */
export interface Engine {
  /** What this machine can do, read once. */
  readonly platform: Platform;
  /** Versions for reports. */
  readonly versions: { readonly runtime: string; readonly monitor: string; readonly cni: string };
  createSandbox(request: SandboxRequest): Promise<Sandbox>;
  /**
   * Makes a sandbox of another process this one's, once that one is dead or has released it. Gives the ids of the
   * containers that it has directories of; undefined when the sandbox is not whole any more, as after a reboot.
   */
  adoptSandbox(sandbox: Sandbox): Promise<readonly string[] | undefined>;
  /** This process is done with it; the sandbox stays as it is. */
  releaseSandbox(sandbox: Pick<Sandbox, 'dir'>): void;
  /** Removes all that is left of a sandbox, its containers included, whatever state it is in. Idempotent. */
  removeSandbox(sandbox: Pick<Sandbox, 'id' | 'dir'>): Promise<void>;
  /** Root file system, bundle, conmon, `runc create`: afterwards the process exists and waits, with its pid known. */
  createContainer(request: ContainerRequest): Promise<RuntimeContainer>;
  startContainer(container: RuntimeContainer): Promise<void>;
  /**
   * A container that a process which is dead now was about to start: waits until what it had begun is done. Undefined
   * when the container's program has never run; then `discardContainer` takes away what is there.
   */
  findContainer(request: FindRequest): Promise<FoundContainer | undefined>;
  /** Takes everything of a container away but its log, whatever state it is in. */
  discardContainer(sandbox: Sandbox, id: string): Promise<void>;
  /** Resolves when the container's first process has ended; also for one that ended before the call. */
  waitContainer(container: RuntimeContainer, signal?: AbortSignal): Promise<ContainerExit>;
  /** `signal` by name: `SIGTERM`. No error when the container has ended already. */
  killContainer(container: RuntimeContainer, signal: string): Promise<void>;
  /** Kills what runs and removes container, root file system mount and cgroup; its log and its upper directory stay until the sandbox goes. */
  removeContainer(container: RuntimeContainer): Promise<void>;
  /** A further process in the container, confined as its first one. */
  exec(container: RuntimeContainer, request: ExecRequest): Promise<ExecResult>;
  /** The container's own standard streams, by conmon's attach socket. `stdin` works if the container was created with it. */
  attach(container: RuntimeContainer): Promise<AttachedStreams>;
  /** After its log was given another name: makes a new one under the old name, and resolves when it is there. */
  reopenLog(container: RuntimeContainer): Promise<void>;
}

export interface SandboxRequest {
  /** Unique on this machine, a valid file name: the pod's uid. */
  readonly id: string;
  /** Absolute path of an existing directory, mode 0700 or 0711, that is this sandbox's alone. */
  readonly dir: string;
  readonly hostname: string;
  readonly user: UserNamespace;
  readonly network: 'pod' | 'host' | 'none';
  readonly ipc: 'pod' | 'host';
  readonly uts: 'pod' | 'host';
  /** `pod` when the containers share one pid namespace. */
  readonly pid: 'container' | 'pod' | 'host';
  readonly sysctls: readonly { readonly name: string; readonly value: string }[];
  readonly portMappings: readonly PortMapping[];
  /**
   * Absolute paths of layers and volumes that a user namespace's containers will get id-mapped. Where the file system
   * cannot do that, the sandbox is refused.
   */
  readonly idMapped: readonly string[];
  /** Told to CNI plugins as K8S_POD_NAMESPACE and K8S_POD_NAME. */
  readonly podNamespace: string;
  readonly podName: string;
}

export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostIP?: string;
}

export interface Sandbox {
  readonly id: string;
  readonly dir: string;
  readonly hostname: string;
  readonly user: UserNamespace;
  /** Paths of the pinned namespaces; undefined where the host's is used, or each container has its own. */
  readonly namespacePaths: {
    readonly user?: string;
    readonly network?: string;
    readonly ipc?: string;
    readonly uts?: string;
    readonly pid?: string;
  };
  /** The pod's addresses, empty without a network. */
  readonly ips: readonly string[];
  /** Below each hierarchy's root: `/podproof/POD`. */
  readonly cgroupPath: string;
}

/** The container's first process: what is run, not how it is confined. */
export interface ContainerProcess {
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly terminal: boolean;
  readonly stdin: boolean;
  /** True: stdin closes when the first attached client leaves. */
  readonly stdinOnce: boolean;
}

/** What the pure `toRuntimeSpec(confinement, process, placement)` must know of this machine's paths. */
export interface Placement {
  /** Absolute path of the mounted root file system. */
  readonly rootfs: string;
  readonly hostname: string;
  /** For every mount of the confinement that is not the kernel's: its destination -> absolute host path to bind. */
  readonly mountSources: ReadonlyMap<string, string>;
  readonly namespacePaths: Sandbox['namespacePaths'];
  /** For a pid namespace shared with another container (ephemeral containers): its path. */
  readonly pidNamespacePath?: string;
  readonly cgroupsPath: string;
}

export interface ContainerRequest {
  readonly sandbox: Sandbox;
  /** Unique in the sandbox, a valid file name; restarts get a new one: `web-1`. */
  readonly id: string;
  readonly confinement: Confinement;
  readonly process: ContainerProcess;
  readonly image: UnpackedImage;
  /**
   * As in `Placement`. The engine id-maps them when the sandbox has a user namespace. The pod's /dev/shm (`shm`) need
   * not be named: the engine has it.
   */
  readonly mountSources: ReadonlyMap<string, MountHandle>;
  /** Where conmon writes the log in CRI format. */
  readonly logPath: string;
  /** When it is this long, conmon begins it anew; 10 MiB unless told. Whoever rotates logs lets it be longer. */
  readonly maxLogBytes?: number;
  /** Absolute path of a Localhost seccomp profile, when the confinement asks for one. */
  readonly localhostProfilePath?: string;
  readonly targetPid?: number;
}

/**
 * What to bind: `path` below `root`, resolved by the kernel without ever leaving `root` (openat2 RESOLVE_IN_ROOT, no
 * magic links), at the moment of mounting: a symlink swapped in between leads nowhere else.
 */
export interface MountHandle {
  readonly root: string;
  readonly path: string;
  /** False for what must keep the host's ids (/dev/shm: its tmpfs already belongs to the pod). */
  readonly idMapped: boolean;
}

export interface RuntimeContainer {
  readonly id: string;
  readonly sandbox: Sandbox;
  readonly dir: string;
  /** Host pid of the first process. */
  readonly pid: number;
  /** Of that process, in clock ticks since boot: tells a reused pid. */
  readonly startTime: number;
  readonly logPath: string;
}

export type FindRequest = Pick<RuntimeContainer, 'sandbox' | 'id' | 'logPath'>;

export interface FoundContainer extends RuntimeContainer {
  readonly createdAt: Date;
}

export interface ContainerExit {
  /** As a shell reports it: 128 + signal number for a signal. */
  readonly exitCode: number;
  /** True: nobody saw how it ended. */
  readonly isLost?: boolean;
  readonly oomKilled: boolean;
  readonly finishedAt: Date;
}

export interface ExecRequest {
  readonly args: readonly string[];
  readonly terminal?: boolean;
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called once when `terminal` is set: the means to tell the terminal its size, 80 by 24 until then. */
  readonly onTerminal?: (terminal: { resize(columns: number, rows: number): void }) => void;
}

export interface ExecResult {
  readonly exitCode: number;
  /** Output when no stream was given for it, at most 64 KiB. */
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface AttachedStreams {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly stdin: Writable;
  resize(columns: number, rows: number): Promise<void>;
  close(): void;
}
