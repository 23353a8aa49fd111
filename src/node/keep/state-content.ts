import type { PodCondition } from '../../kube/pod-status.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import { podStatus } from '../../kube/schema/status-schemas.ts';

// What stands in `state.json`: unions laid out flat, as the strict decoder reads them.

/** Another layout is another number. */
export const stateVersion = 1;

export interface StateContent {
  readonly version: number;
  readonly bootId: string;
  /** Read with the schema of pods. */
  readonly pod: unknown;
  readonly withoutNetwork: boolean;
  readonly startedAt: number;
  readonly stopDeadline?: number;
  readonly life: LifeContent;
  readonly conditions: readonly PodCondition[];
  readonly sandbox?: SandboxContent;
  readonly volumes?: readonly VolumeContent[];
  readonly runs: readonly RunContent[];
}

export interface LifeContent {
  readonly stage: string;
  readonly reason?: string;
  readonly message?: string;
  readonly current?: number;
  readonly cause?: { readonly kind: string; readonly reason?: string; readonly message?: string };
  readonly graceSeconds?: number;
  readonly containers: readonly ContainerContent[];
}

export interface ContainerContent {
  readonly name: string;
  readonly restartCount: number;
  readonly run: ContainerRunContent;
  readonly lastTermination?: TerminationContent;
  readonly backOff?: { readonly delayMs: number; readonly lastAt: number };
}

export interface ContainerRunContent {
  readonly state: string;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: number;
  readonly step?: string;
  readonly ready?: boolean;
  readonly killedFor?: string;
  readonly delayMs?: number;
  readonly termination?: TerminationContent;
  readonly refusal?: { readonly reason: string; readonly message: string };
  readonly hookFailure?: string;
}

export interface TerminationContent {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt?: number;
  readonly finishedAt: number;
  readonly containerID?: string;
}

export interface SandboxContent {
  readonly id: string;
  readonly dir: string;
  readonly hostname: string;
  readonly user: { readonly mode: string; readonly size?: number; readonly hostId?: number };
  readonly namespacePaths: {
    readonly user?: string;
    readonly network?: string;
    readonly ipc?: string;
    readonly uts?: string;
    readonly pid?: string;
  };
  readonly ips: readonly string[];
  readonly cgroupPath: string;
}

export interface VolumeContent {
  readonly name: string;
  readonly root: string;
  readonly path: string;
  readonly idMapped: boolean;
  readonly ownership: string;
  readonly isImmutable?: boolean;
  readonly honoursChangePolicy: boolean;
  readonly sizeLimit?: { readonly bytes: number; readonly text: string };
}

export interface RunContent {
  readonly container: string;
  readonly attempt: number;
  readonly startedAt: number;
  readonly imageName: string;
  readonly imageDigest: string;
  readonly dir: string;
  readonly pid: number;
  readonly startTime: number;
}

const termination: Schema<TerminationContent> = {
  'exitCode!': 'int64',
  'reason!': 'string',
  message: 'string',
  startedAt: 'int64',
  'finishedAt!': 'int64',
  containerID: 'string',
};

const life: Schema<LifeContent> = {
  'stage!': 'string',
  reason: 'string',
  message: 'string',
  current: 'int64',
  cause: { 'kind!': 'string', reason: 'string', message: 'string' },
  graceSeconds: 'int64',
  'containers!': [
    {
      'name!': 'string',
      'restartCount!': 'int64',
      'run!': {
        'state!': 'string',
        reason: 'string',
        message: 'string',
        startedAt: 'int64',
        step: 'string',
        ready: 'boolean',
        killedFor: 'string',
        delayMs: 'int64',
        termination,
        refusal: { 'reason!': 'string', 'message!': 'string' },
        hookFailure: 'string',
      },
      lastTermination: termination,
      backOff: { 'delayMs!': 'int64', 'lastAt!': 'int64' },
    },
  ],
};

const sandbox: Schema<SandboxContent> = {
  'id!': 'string',
  'dir!': 'string',
  'hostname!': 'string',
  'user!': { 'mode!': 'string', size: 'int64', hostId: 'int64' },
  'namespacePaths!': { user: 'string', network: 'string', ipc: 'string', uts: 'string', pid: 'string' },
  'ips!': ['string'],
  'cgroupPath!': 'string',
};

const volume: Schema<VolumeContent> = {
  'name!': 'string',
  'root!': 'string',
  'path!': 'string',
  'idMapped!': 'boolean',
  'ownership!': 'string',
  isImmutable: 'boolean',
  'honoursChangePolicy!': 'boolean',
  sizeLimit: { 'bytes!': 'int64', 'text!': 'string' },
};

/** The shape of the file. */
export const stateContent: Schema<StateContent> = {
  'version!': 'int64',
  'bootId!': 'string',
  'pod!': 'any',
  'withoutNetwork!': 'boolean',
  'startedAt!': 'int64',
  stopDeadline: 'int64',
  'life!': life,
  'conditions!': podStatus['conditions!'],
  sandbox,
  volumes: [volume],
  'runs!': [
    {
      'container!': 'string',
      'attempt!': 'int64',
      'startedAt!': 'int64',
      'imageName!': 'string',
      'imageDigest!': 'string',
      'dir!': 'string',
      'pid!': 'int64',
      'startTime!': 'int64',
    },
  ],
};
