import type { Duplex, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../core/errors.ts';
import type { Pod } from '../../kube/pod.ts';

/** Where forwarded connections lead. */
export interface Forwarder {
  readonly pod: Pod;
  readonly connect: (port: number) => Promise<Duplex>;
}

/**
 * Joins a client's connection with one to the pod until both directions have ended, each by itself. When nobody listens
 * there, `error` says so. Never rejects.
 */
export async function joinConnection(
  { pod, connect }: Forwarder,
  port: number,
  data: Duplex,
  error: Writable,
): Promise<void> {
  let target: Duplex;
  try {
    target = await connect(port);
  } catch (cause) {
    const { name = '', namespace = '', uid = '' } = pod.metadata;
    error.end(`error forwarding port ${port} to pod ${name}_${namespace}, uid ${uid}: ${messageOf(cause)}`);
    data.resume();
    data.end();
    return;
  }
  try {
    const toPod = pipeline(data, target);
    // kubectl closes its side when both of these streams have ended, whatever it would still send.
    const fromPod = pipeline(target, data).then(() => error.end());
    await Promise.all([toPod, fromPod]);
  } catch {
    // The client leaves, or the pod breaks the connection: the other side sees the same.
    data.destroy();
  } finally {
    target.destroy();
    error.end();
  }
}
