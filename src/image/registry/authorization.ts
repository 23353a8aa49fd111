import { messageOf, PodproofError } from '../../core/errors.ts';
import { isJsonObject } from '../config.ts';
import type { Credentials } from '../registry-options.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import { type HttpAnswer, type HttpClient, type HttpRequest, readBody } from './http.ts';

const maxTokenBytes = 1024 * 1024;

/** The `Authorization` header that a registry's 401 asks for; undefined when there is nothing to answer it with. */
export async function answerChallenge(
  http: HttpClient,
  answer: HttpAnswer,
  credentials: Credentials | undefined,
  scope: string,
): Promise<string | undefined> {
  const challenges = parseChallenges(answer.header('www-authenticate') ?? '');
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) return `Bearer ${await fetchToken(http, answer.url, bearer, credentials, scope)}`;
  const acceptsBasic = challenges.some(({ scheme }) => scheme === 'basic');
  return acceptsBasic && credentials?.kind === 'password' ? basic(credentials) : undefined;
}

/** The token server is named by the registry; without TLS it gets no credentials of a registry that has it. */
async function fetchToken(
  http: HttpClient,
  registry: URL,
  bearer: Challenge,
  credentials: Credentials | undefined,
  defaultScope: string,
): Promise<string> {
  const { realm = '', service, scope = defaultScope } = bearer.parameters;
  if (!URL.canParse(realm)) throw failed(registry, `it names the token server "${realm}", which is no URL`);
  const url = new URL(realm);
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || registry.protocol === 'https:'))
    throw failed(registry, `it names the token server "${url.origin}", which has no TLS`);
  const answer = await http.send(tokenRequest(url, service, scope, credentials));
  const body = await readBody(answer, maxTokenBytes);
  if (answer.status !== 200)
    throw failed(registry, `its token server "${url.origin}" answers ${answer.status}`);
  const token = tokenOf(body);
  if (token === undefined) throw failed(registry, `its token server "${url.origin}" sends no token`);
  return token;
}

function tokenRequest(
  realm: URL,
  service: string | undefined,
  scope: string,
  credentials: Credentials | undefined,
): HttpRequest {
  const parameters = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
  if (credentials?.kind === 'identity-token') {
    parameters.set('grant_type', 'refresh_token');
    parameters.set('refresh_token', credentials.token);
    parameters.set('client_id', 'podproof');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { url: realm, method: 'POST', headers, body: parameters.toString() };
  }
  const url = new URL(realm);
  for (const [name, value] of parameters) url.searchParams.set(name, value);
  return { url, headers: credentials === undefined ? {} : { authorization: basic(credentials) } };
}

function tokenOf(body: Buffer): string | undefined {
  try {
    const json: unknown = JSON.parse(body.toString('utf8'));
    const { token, access_token: accessToken } = isJsonObject(json) ? json : {};
    const found = typeof token === 'string' && token !== '' ? token : accessToken;
    return typeof found === 'string' && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function basic(credentials: Extract<Credentials, { kind: 'password' }>): string {
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
}

function failed(registry: URL, problem: unknown): PodproofError {
  return new PodproofError(
    'unavailable',
    `cannot log in to registry "${registry.host}": ${messageOf(problem)}`,
  );
}
