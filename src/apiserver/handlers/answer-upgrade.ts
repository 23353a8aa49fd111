import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError } from '../../kube/status.ts';
import { handleStreamRequest, type StreamRequest } from '../handle-stream-request.ts';
import { refuse } from '../streaming/upgrade.ts';
import { admitRequest, findKind } from './answer-request.ts';
import type { ApiContext } from './api-context.ts';
import { asPod } from './pods.ts';
import { unknownResource } from './refusals.ts';

/** A request that asks for another protocol: exec, attach and port-forward have one, nothing else has. Never rejects. */
export async function answerUpgrade(
  context: ApiContext,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  let request: StreamRequest;
  try {
    request = streamRequestOf(context, incoming, socket, head);
  } catch (error) {
    refuse(socket, error);
    return;
  }
  await handleStreamRequest(request);
}

const STREAMS: readonly StreamRequest['subresource'][] = ['exec', 'attach', 'portforward'];

function streamRequestOf(
  context: ApiContext,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): StreamRequest {
  const { path, query } = admitRequest(context, incoming);
  if (path.type === 'other') throw notUpgradable();
  const kind = findKind(context, path);
  const subresource = STREAMS.find((it) => it === path.subresource);
  if (kind.kind !== 'Pod' || subresource === undefined) throw notUpgradable();
  const isMethod = incoming.method === 'GET' || incoming.method === 'POST';
  if (!isMethod || path.name === '') throw unknownResource();
  const pod = asPod(context.objects.get(kind, path.namespace, path.name));
  return { incoming, socket, head, pod, subresource, query, kubelet: context.kubelet };
}

function notUpgradable(): ApiError {
  return new ApiError('BadRequest', 'only exec, attach and portforward of a pod can be upgraded');
}
