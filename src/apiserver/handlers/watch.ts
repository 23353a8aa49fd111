import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../kube/meta.ts';
import { type ApiError, isApiError } from '../../kube/status.ts';
import { COMMON_HEADERS, endWhenStalled, JSON_TYPE } from '../http/respond.ts';
import { buildTable, parseIncludeObject, partialMetadata } from '../http/table.ts';
import { parseListQuery, parseSwitch, parseWhole, refuseInitialEvents } from '../http/write-options.ts';
import type { Subscription, WatchEvent, WatchQuery } from '../object-service.ts';
import type { ApiContext } from './api-context.ts';
import { apiVersionOf } from './encode-objects.ts';
import type { ResourceRequest } from './resource-request.ts';

/** A client that is further behind than this, beyond what it was sent at once at the start, is dropped: it can ask again. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;
/** Clients that name no end are sent away some time, as upstream does, so that none is kept for ever. */
const DEFAULT_SECONDS = 60 * 60;
const MAX_SECONDS = 24 * 60 * 60;

/** Streams events, a line of JSON each, until the client leaves, its time is over or the server ends. */
export function watchObjects(context: ApiContext, request: ResourceRequest): void {
  const { query, kind, response } = request;
  refuseInitialEvents(query);
  const watch = watchQueryOf(request);
  const seconds = parseWhole(query, 'timeoutSeconds') ?? 0;
  const encode = eventEncoder(context, request);
  const stream = openStream(response);
  let subscription: Subscription;
  try {
    subscription = context.objects.watch(kind, watch, (event) => stream.send(encode(event)));
  } catch (error) {
    // As upstream: a version that is too old is told in the stream.
    if (!isApiError(error, 'Expired')) throw error;
    stream.refuse(error);
    return;
  }
  stream.settle();
  const end = () => stream.end();
  const timer = setTimeout(end, (seconds > 0 ? Math.min(seconds, MAX_SECONDS) : DEFAULT_SECONDS) * 1000);
  timer.unref();
  context.closing.addEventListener('abort', end);
  response.once('close', () => {
    subscription.close();
    clearTimeout(timer);
    context.closing.removeEventListener('abort', end);
  });
}

function watchQueryOf({ query, namespace }: ResourceRequest): WatchQuery {
  const { limit: _, continue: __, ...selection } = parseListQuery(query, namespace);
  const resourceVersion = query.get('resourceVersion') ?? '';
  return {
    ...selection,
    ...(resourceVersion !== '' && { resourceVersion }),
    allowBookmarks: parseSwitch(query, 'allowWatchBookmarks'),
  };
}

function eventEncoder(context: ApiContext, request: ResourceRequest): (event: WatchEvent) => object {
  const { kind, accept, query } = request;
  const include = parseIncludeObject(query);
  let isFirst = true;
  const encode = (object: KubeObject): object => {
    if (accept.as === 'objects') return object;
    if (accept.as === 'PartialObjectMetadata') return partialMetadata(object);
    const { resourceVersion = '' } = object.metadata;
    const table = buildTable([object], { resourceVersion }, { kind, include, nowMs: context.now() });
    // The client knows the columns from the first.
    const shown = isFirst ? table : { ...table, columnDefinitions: null };
    isFirst = false;
    return shown;
  };
  return (event) => {
    if (event.type !== 'BOOKMARK') return { type: event.type, object: encode(event.object) };
    const { resourceVersion } = event;
    if (accept.as === 'Table') {
      const table = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion } };
      return { type: 'BOOKMARK', object: { ...table, columnDefinitions: null, rows: [] } };
    }
    const metadata = { resourceVersion, creationTimestamp: null };
    return { type: 'BOOKMARK', object: { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata } };
  };
}

interface EventStream {
  send(event: object): void;
  /** The answer to a watch that cannot be. */
  refuse(error: ApiError): void;
  /** What is sent from now on counts as being behind. */
  settle(): void;
  end(): void;
}

/** Sends the headers with the first event, or at once when there is none to begin with. */
function openStream(response: ServerResponse): EventStream {
  let allowed = Number.POSITIVE_INFINITY;
  const begin = () => {
    if (response.headersSent) return;
    response.writeHead(200, { ...COMMON_HEADERS, 'Content-Type': JSON_TYPE });
    response.flushHeaders();
    endWhenStalled(response);
  };
  return {
    send: (event) => {
      if (response.destroyed || response.writableEnded) return;
      begin();
      response.write(`${JSON.stringify(event)}\n`);
      if (response.writableLength > allowed) response.destroy();
    },
    refuse: (error) => {
      begin();
      response.end(`${JSON.stringify({ type: 'ERROR', object: error.toStatus() })}\n`);
    },
    settle: () => {
      begin();
      allowed = response.writableLength + MAX_BEHIND_BYTES;
    },
    end: () => response.end(),
  };
}
