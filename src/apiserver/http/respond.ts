import type { ServerResponse } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import { ApiError, type Status } from '../../kube/status.ts';
import { StreamRefused } from '../kubelet-port.ts';
import { formatWarnings } from './warnings.ts';

/** An answer in full, ready to be sent. */
export interface Reply {
  readonly code: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

export const JSON_TYPE = 'application/json';

export function jsonReply(body: unknown, code = 200, warnings: readonly string[] = []): Reply {
  return {
    code,
    contentType: JSON_TYPE,
    body: `${JSON.stringify(body)}\n`,
    ...(warnings.length > 0 && { headers: { Warning: formatWarnings(warnings) } }),
  };
}

export function textReply(body: string, code = 200, contentType = 'text/plain; charset=utf-8'): Reply {
  return { code, contentType, body };
}

/** What a client is told of anything that was thrown. */
export function errorReply(error: unknown): Reply {
  if (error instanceof StreamRefused) return textReply(error.message, 404);
  const status = statusOf(error);
  const retryAfter = status.details?.retryAfterSeconds;
  const reply = jsonReply(status, status.code);
  return retryAfter === undefined ? reply : { ...reply, headers: { 'Retry-After': String(retryAfter) } };
}

function statusOf(error: unknown): Status {
  if (error instanceof ApiError) return error.toStatus();
  const message = messageOf(error);
  return new ApiError('InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  }).toStatus();
}

/** How long a client may take nothing of what it was sent. */
const STALLED_MS = 60_000;

/**
 * Sends an answer and is done. Node reads what is left of an unread body and throws it away, so that the client, which may
 * still be sending, sees the answer and no broken connection.
 */
export function sendReply(response: ServerResponse, reply: Reply): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { Warning: warnings, ...headers } = reply.headers ?? {};
  // What is told about the kind as such is there already.
  if (warnings !== undefined) response.appendHeader('Warning', warnings);
  response.writeHead(reply.code, {
    ...COMMON_HEADERS,
    'Content-Type': reply.contentType,
    'Content-Length': Buffer.byteLength(reply.body),
    ...copyHeaders(headers),
  });
  endWhenStalled(response);
  response.end(reply.body);
}

/** No answer may be kept by what is between, and none is a page. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-cache, private',
  'X-Content-Type-Options': 'nosniff',
};

function copyHeaders(headers: NonNullable<Reply['headers']>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}

/** Drops the connection of a client that does not read. */
export function endWhenStalled(response: ServerResponse): void {
  const { socket } = response;
  if (socket === null) return;
  let unsent = 0;
  let written = socket.bytesWritten;
  const timer = setInterval(() => {
    const isStuck = response.writableLength > 0 && socket.bytesWritten === written && unsent > 0;
    if (isStuck) socket.destroy();
    unsent = response.writableLength;
    written = socket.bytesWritten;
  }, STALLED_MS);
  timer.unref();
  response.once('close', () => clearInterval(timer));
}
