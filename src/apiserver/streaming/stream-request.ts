import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Pod } from '../../kube/pod.ts';
import type { KubeletPort } from '../kubelet-port.ts';

/** An `upgrade` of an authenticated client to a pod that exists. */
export interface StreamRequest {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  /** What the client has sent already after its request. */
  readonly head: Buffer;
  readonly pod: Pod;
  readonly subresource: 'exec' | 'attach' | 'portforward';
  readonly query: URLSearchParams;
  readonly kubelet: KubeletPort;
}
