import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { type FieldError, forbidden, invalid, notSupported } from '../../kube/field-error.ts';
import type { Pod } from '../../kube/pod.ts';
import { COMMON_HEADERS, endWhenStalled } from '../http/respond.ts';
import { parseSwitch, parseWhole } from '../http/write-options.ts';
import { invalidObject } from '../invalid-object.ts';
import type { LogOptions } from '../kubelet-port.ts';
import { resolveContainer } from '../resolve-container.ts';
import type { ApiContext } from './api-context.ts';
import type { ResourceRequest } from './resource-request.ts';

/** `pods/log`: the container's output as it is, until its end, the client's or the server's. */
export async function sendLogs(context: ApiContext, request: ResourceRequest, pod: Pod): Promise<void> {
  const { query, response } = request;
  const options = parseLogOptions(query, pod.metadata.name ?? '');
  const container = resolveContainer(pod, query.get('container') ?? undefined);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, context.closing]);
  const log = await context.kubelet.readLogs(pod, container, options, signal);
  response.writeHead(200, { ...COMMON_HEADERS, 'Content-Type': 'text/plain' });
  response.flushHeaders();
  endWhenStalled(response);
  passOn(log, response, context.closing);
}

/** Until the log's end, the client's or the server's. A log that breaks off breaks the answer off: it was not all. */
function passOn(log: Readable, response: ServerResponse, closing: AbortSignal): void {
  const end = () => {
    log.unpipe(response);
    response.end();
  };
  closing.addEventListener('abort', end);
  response.once('close', () => {
    closing.removeEventListener('abort', end);
    log.destroy();
  });
  log.on('error', () => undefined);
  log.once('close', () => {
    if (!log.readableEnded && !response.writableEnded) response.destroy();
  });
  log.pipe(response);
}

const STREAMS = ['All', 'Stdout', 'Stderr'] as const;

/** `core/v1` PodLogOptions of a query. Throws with upstream's words. */
export function parseLogOptions(query: URLSearchParams, pod: string): LogOptions {
  const numbers = {
    sinceSeconds: parseWhole(query, 'sinceSeconds'),
    tailLines: parseWhole(query, 'tailLines'),
    limitBytes: parseWhole(query, 'limitBytes'),
  };
  const sinceTime = query.get('sinceTime') ?? '';
  const stream = query.get('stream') ?? '';
  const problems = [...problemsOf(numbers), ...problemsOfTime(sinceTime, numbers.sinceSeconds)];
  const known = STREAMS.find((it) => it === stream);
  if (stream !== '' && known === undefined) problems.push(notSupported(['stream'], stream, STREAMS));
  if (problems.length > 0) throw invalidObject({ group: '', kind: 'PodLogOptions', name: pod }, problems);
  return {
    follow: parseSwitch(query, 'follow'),
    previous: parseSwitch(query, 'previous'),
    timestamps: parseSwitch(query, 'timestamps'),
    ...(numbers.sinceSeconds !== undefined && { sinceSeconds: numbers.sinceSeconds }),
    ...(numbers.tailLines !== undefined && { tailLines: numbers.tailLines }),
    ...(numbers.limitBytes !== undefined && { limitBytes: numbers.limitBytes }),
    ...(sinceTime !== '' && { sinceTime }),
    ...(known !== undefined && { stream: known }),
  };
}

interface Numbers {
  readonly sinceSeconds: number | undefined;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
}

function problemsOf({ sinceSeconds, tailLines, limitBytes }: Numbers): FieldError[] {
  const problems: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    problems.push(invalid(['tailLines'], tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    problems.push(invalid(['limitBytes'], limitBytes, 'must be greater than 0'));
  }
  if (sinceSeconds !== undefined && sinceSeconds < 1) {
    problems.push(invalid(['sinceSeconds'], sinceSeconds, 'must be greater than 0'));
  }
  return problems;
}

function problemsOfTime(sinceTime: string, sinceSeconds: number | undefined): readonly FieldError[] {
  if (sinceTime === '') return [];
  if (sinceSeconds !== undefined) {
    return [forbidden([''], 'at most one of `sinceTime` or `sinceSeconds` may be specified')];
  }
  return Number.isNaN(Date.parse(sinceTime))
    ? [invalid(['sinceTime'], sinceTime, 'must be a time in RFC 3339')]
    : [];
}
