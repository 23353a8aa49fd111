import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { messageOf, PodproofError, systemCodeOf } from '../../core/errors.ts';
import type { RegistryOptions } from '../registry-options.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  header(name: string): string | undefined;
  readonly body: Readable;
}

/** Requests with timeouts, retries and redirects. To be closed after use. */
export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const maxRedirects = 5;
const maxRetryAfterMs = 30_000;
const defaults = { headerTimeoutMs: 20_000, stallTimeoutMs: 30_000, attempts: 4, firstRetryDelayMs: 500 };

/** Network failures that may be over a moment later. A time-out is none: waiting has been tried. */
const passingErrors: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
]);

export function createHttpClient(options: RegistryOptions): HttpClient {
  const headerTimeoutMs = options.headerTimeoutMs ?? defaults.headerTimeoutMs;
  const stallTimeoutMs = options.stallTimeoutMs ?? defaults.stallTimeoutMs;
  const agents = new Map<boolean, Dispatcher>();
  const agentFor = async (url: URL): Promise<Dispatcher> => {
    const isLocal = isLoopback(url.hostname);
    const known = agents.get(isLocal);
    if (known !== undefined) return known;
    const { Agent, EnvHttpProxyAgent } = await import('undici');
    const settings = {
      headersTimeout: headerTimeoutMs,
      bodyTimeout: stallTimeoutMs,
      connect: { timeout: headerTimeoutMs },
    };
    const made = isLocal ? new Agent(settings) : new EnvHttpProxyAgent(settings);
    agents.set(isLocal, made);
    return made;
  };
  const once = async (request: HttpRequest): Promise<HttpAnswer> => {
    const undici = await import('undici');
    const { statusCode, headers, body } = await undici.request(request.url, {
      method: request.method ?? 'GET',
      headers: request.headers,
      dispatcher: await agentFor(request.url),
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const header = (name: string): string | undefined => {
      const value = headers[name];
      return typeof value === 'string' ? value : value?.join(', ');
    };
    return { url: request.url, status: statusCode, header, body };
  };
  return {
    send: (request) => followRedirects(request, (it) => retried(it, once, options)),
    close: async () => {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

/** Credentials stay with the origin that they were made for. */
async function followRedirects(
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let current = request;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const answer = await send(current);
    const location = answer.header('location');
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer;
    discard(answer);
    current = redirected(current, location);
  }
  throw new PodproofError('unavailable', `"${request.url.origin}" redirects more than ${maxRedirects} times`);
}

function redirected(from: HttpRequest, location: string): HttpRequest {
  const url = URL.canParse(location, from.url.href) ? new URL(location, from.url) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new PodproofError(
      'unavailable',
      `"${from.url.origin}" redirects to "${location.slice(0, 200)}", which cannot be fetched`,
    );
  if (from.url.protocol === 'https:' && url.protocol === 'http:')
    throw new PodproofError(
      'unavailable',
      `"${from.url.origin}" redirects to "${url.origin}", which has no TLS`,
    );
  url.username = '';
  url.password = '';
  const { authorization, ...others } = from.headers;
  const keep = url.origin === from.url.origin && authorization !== undefined;
  return { url, headers: keep ? { ...others, authorization } : others };
}

async function retried(
  request: HttpRequest,
  once: (request: HttpRequest) => Promise<HttpAnswer>,
  options: RegistryOptions,
): Promise<HttpAnswer> {
  const attempts = options.attempts ?? defaults.attempts;
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= attempts;
    let waitMs = (options.firstRetryDelayMs ?? defaults.firstRetryDelayMs) * 2 ** (attempt - 1);
    try {
      const answer = await once(request);
      if (isLast || (answer.status !== 429 && answer.status < 500)) return answer;
      waitMs = retryAfterMs(answer) ?? waitMs;
      discard(answer);
    } catch (error) {
      if (isLast || !isPassing(error)) throw unreachable(request.url, error);
    }
    await sleep(waitMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

export function isPassing(error: unknown): boolean {
  return passingErrors.has(systemCodeOf(error) ?? '');
}

/** What went wrong on the network, for people. */
export function unreachable(url: URL, error: unknown): PodproofError {
  if (error instanceof PodproofError) return error;
  const isTimeout = /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$/.test(systemCodeOf(error) ?? '');
  const isAborted = error instanceof Error && error.name === 'AbortError';
  const found = isTimeout
    ? 'it does not answer (time-out)'
    : messageOf(error) || (systemCodeOf(error) ?? 'error');
  return new PodproofError(
    isAborted ? 'interrupted' : 'unavailable',
    `cannot reach "${url.origin}": ${found}`,
    {
      cause: error,
    },
  );
}

/** The answer's body as a whole; throws when it is longer than `maxBytes`. */
export async function readBody(answer: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    const body: AsyncIterable<Buffer> = answer.body;
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes)
        throw new PodproofError(
          'invalid',
          `"${answer.url.origin}" sent more than ${maxBytes} bytes for "${answer.url.pathname}"`,
        );
      chunks.push(chunk);
    }
  } catch (error) {
    throw unreachable(answer.url, error);
  }
  return Buffer.concat(chunks);
}

/** Frees the connection of an answer whose body nobody wants. */
export function discard(answer: HttpAnswer): void {
  answer.body.on('error', () => {});
  answer.body.destroy();
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function retryAfterMs(answer: HttpAnswer): number | undefined {
  const seconds = Number(answer.header('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, maxRetryAfterMs) : undefined;
}
