import { PodproofError } from '../../core/errors.ts';
import { isJsonObject } from '../config.ts';
import type { RegistryOptions } from '../registry-options.ts';
import { answerChallenge } from './authorization.ts';
import { findCredentials } from './credentials.ts';
import { discard, type HttpAnswer, type HttpClient, isLoopback, readBody } from './http.ts';

/** One repository on one host: a registry, or a mirror of it. */
export interface Endpoint {
  readonly origin: URL;
  /** GETs `/v2/REPOSITORY/PATH`; resolves only to an answer with a 2xx status. */
  get(path: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer>;
}

const maxErrorBytes = 64 * 1024;
/** Docker's hub answers to its API under another name. */
const apiHosts: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

export function createEndpoint(
  http: HttpClient,
  host: string,
  repository: string,
  options: RegistryOptions,
): Endpoint {
  const origin = originOf(host, options);
  let authorization: string | undefined;
  const send = (path: string, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> =>
    http.send({
      url: new URL(`/v2/${repository}/${path}`, origin),
      headers: authorization === undefined ? headers : { ...headers, authorization },
    });
  return {
    origin,
    async get(path, headers) {
      let answer = await send(path, headers);
      // Only the registry itself may ask who we are, not a host that it redirected to.
      if (answer.status === 401 && answer.url.origin === origin.origin) {
        const credentials = await findCredentials(host, options);
        const wanted = await answerChallenge(http, answer, credentials, `repository:${repository}:pull`);
        if (wanted !== undefined && (wanted !== authorization || wanted.startsWith('Bearer '))) {
          discard(answer);
          authorization = wanted;
          answer = await send(path, headers);
        }
      }
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw await refusal(answer, `${host}/${repository}`, path, authorization !== undefined);
    },
  };
}

/** `http` on this machine's loopback and where the user allowed it; a mirror may be given with its scheme. */
function originOf(host: string, options: RegistryOptions): URL {
  if (/^https?:\/\//.test(host)) return new URL(host);
  const apiHost = apiHosts[host] ?? host;
  const { hostname } = new URL(`https://${apiHost}`);
  const isPlain = isLoopback(hostname) || (options.insecureRegistries ?? []).includes(host);
  return new URL(`${isPlain ? 'http' : 'https'}://${apiHost}`);
}

async function refusal(
  answer: HttpAnswer,
  name: string,
  path: string,
  hadCredentials: boolean,
): Promise<PodproofError> {
  const said = saidIn(await readBody(answer, maxErrorBytes).catch(() => Buffer.alloc(0)));
  const what = `"${answer.url.origin}" answers ${answer.status}${said === undefined ? '' : `: ${said}`}`;
  const wanted = `cannot read ${path.replace('/', ' "')}" of "${name}"`;
  if (answer.status === 404)
    return new PodproofError('not-found', `${wanted}: there is no such thing; ${what}`);
  if (answer.status !== 401 && answer.status !== 403)
    return new PodproofError('unavailable', `${wanted}: ${what}`);
  const advice = hadCredentials
    ? 'check that the account may read it, and the credentials in ~/.docker/config.json'
    : 'log in first: docker login or podman login writes the credentials to ~/.docker/config.json';
  return new PodproofError('unavailable', `${wanted}: access denied; ${what}`, { advice });
}

/** The messages of the distribution API's error object, on one line. */
function saidIn(body: Buffer): string | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const errors = isJsonObject(json) && Array.isArray(json['errors']) ? json['errors'] : [];
    const texts = errors
      .filter(isJsonObject)
      .map((error) => [error['code'], error['message']].filter(Boolean).join(' '));
    const text = texts
      .join('; ')
      .replace(/[^\x20-\x7e]+/g, ' ')
      .slice(0, 300);
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
