import type { Duplex, Readable, Writable } from 'node:stream';
import type { Pod } from '../kube/pod.ts';
import type { Drift, Proof } from '../kube/proof.ts';

/**
 * What the API server asks of the node. Every method may throw an `ApiError`, before anything has been sent; then that is
 * the answer.
 */
export interface KubeletPort {
  /** With `follow` it ends when the container does. */
  readLogs(pod: Pod, container: string, options: LogOptions, signal: AbortSignal): Promise<Readable>;
  /** Throws `StreamRefused` when there is no such running container. */
  exec(pod: Pod, container: string, request: ExecOptions): Promise<StreamSession>;
  attach(pod: Pod, container: string, request: AttachOptions): Promise<StreamSession>;
  /** A connection to 127.0.0.1:PORT in the pod's network namespace. Rejects with an Error when nobody listens. */
  connect(pod: Pod, port: number): Promise<Duplex>;
  /** Asks the kernel again, keeps the outcome as the pod's Proof and answers it. */
  prove(pod: Pod): Promise<Proof>;
  drift(pod: Pod): Promise<Drift>;
  /** Prometheus' text format. */
  metrics(): Promise<string>;
}

/** `core/v1` PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Default `All`. */
  readonly stream?: 'All' | 'Stdout' | 'Stderr';
}

export interface ExecOptions extends AttachOptions {
  readonly command: readonly string[];
}

export interface AttachOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A process, or a container's own streams, ready to be joined with a client's. `run` is called once. */
export interface StreamSession {
  run(streams: SessionStreams): Promise<SessionOutcome>;
}

export interface SessionStreams {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Calls back for the size at the start and every change of it. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
  /** The client has gone: the process of an exec is ended, a container goes on. */
  readonly signal: AbortSignal;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** `exitCode` of an exec; attach ends with 0 whatever the container did. `message`: it could not be run at all. */
export type SessionOutcome =
  | { readonly exitCode: number }
  | { readonly exitCode: undefined; readonly message: string };

/** The kubelet's own refusal of a stream, told as plain text with 404: `container not found ("web")`. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
}
