import type { IncomingMessage } from 'node:http';
import type { HttpGetAction } from '../kube/pod.ts';
import { type ContainerTarget, resolvePort } from './container-target.ts';
import { answerError, dialError } from './network-error.ts';

export interface HttpLimits {
  /** Undefined: as long as it takes. */
  readonly timeoutMs: number | undefined;
  /** Gives the request up. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly statusCode: number;
  /** At most 10 KiB of it. */
  readonly body: string;
}

const maxBodyBytes = 10_240;
const maxRedirects = 10;

/** The request of a probe or hook, from the node to the pod. Redirects are followed on the same host only. */
export async function httpGet(
  target: ContainerTarget,
  action: HttpGetAction,
  { timeoutMs, signal: ended }: HttpLimits,
  userAgent: string,
): Promise<HttpAnswer> {
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const host = action.host === undefined || action.host === '' ? target.address : action.host;
  if (host === undefined) throw new Error('the pod has no network');
  const authority = host.includes(':') ? `[${host}]` : host;
  const path = (action.path ?? '/').replace(/^(?!\/)/, '/');
  const url = new URL(`${scheme}://${authority}:${resolvePort(target.container, action.port)}${path}`);
  const headers: Record<string, string> = { 'User-Agent': userAgent, Accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const signal = timeout === undefined ? ended : AbortSignal.any([timeout, ended]);
  return follow(url, headers, signal, maxRedirects).catch((error: unknown) => {
    const why =
      timeout?.aborted === true
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : requestError(error, url);
    throw new Error(`Get "${url.href}": ${why}`, { cause: error });
  });
}

function requestError(error: unknown, { hostname, port, protocol }: URL): string {
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined;
  const isDial = syscall === 'connect' || syscall === 'getaddrinfo';
  const address = `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
  return isDial ? dialError(error, address) : answerError(error);
}

async function follow(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  redirects: number,
): Promise<HttpAnswer> {
  const answer = await request(url, headers, signal);
  const { location } = answer;
  if (location === undefined || answer.statusCode < 300 || answer.statusCode >= 400) return answer;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : url;
  // Upstream takes a redirect to elsewhere for a success, without going there.
  if (next.hostname !== url.hostname) return answer;
  if (redirects === 0) throw new Error(`stopped after ${maxRedirects} redirects`);
  return follow(next, headers, signal, redirects - 1);
}

async function request(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<HttpAnswer & { readonly location: string | undefined }> {
  const client = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Like the kubelet: a pod's certificate is not verified, and connections are not kept.
    const options = { headers, signal, agent: false as const, rejectUnauthorized: false };
    client.get(url, options, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response) {
      const bytes = Buffer.from(chunk);
      chunks.push(bytes);
      size += bytes.length;
      if (size >= maxBodyBytes) break;
    }
  } finally {
    response.destroy();
  }
  const body = Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8');
  return { statusCode: response.statusCode ?? 0, body, location: response.headers.location };
}
