import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  type GroupVersion,
  versionInfo,
} from '../discovery.ts';
import { parseMediaTypes } from '../http/media-type.ts';
import { JSON_TYPE, jsonReply, type Reply, textReply } from '../http/respond.ts';
import { openApiV2, openApiV3, openApiV3Index } from '../openapi-documents.ts';
import type { ApiContext } from './api-context.ts';
import { methodNotAllowed } from './refusals.ts';

const HEALTH: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);

/** Whatever is no resource: discovery, OpenAPI, version, health and metrics. All of it can only be read. */
export async function answerOtherPath(
  context: ApiContext,
  incoming: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Promise<Reply> {
  const answer = findAnswer(context, incoming, path.replace(/(?<=.)\/$/, ''), query);
  if (answer === undefined) return textReply('404 page not found\n', 404);
  if (incoming.method !== 'GET') throw methodNotAllowed();
  return revalidate(incoming, await answer());
}

type Answer = () => Reply | Promise<Reply>;

function findAnswer(
  context: ApiContext,
  incoming: IncomingMessage,
  path: string,
  query: URLSearchParams,
): Answer | undefined {
  const { groupVersions, gitVersion, kubelet } = context;
  if (HEALTH.has(path.split('/', 2).join('/'))) return healthOf(path, query);
  switch (path) {
    case '/':
      return () => jsonReply({ paths: pathsOf(groupVersions) });
    case '/version':
      return () => jsonReply(versionInfo(gitVersion));
    case '/metrics':
      return async () => textReply(await kubelet.metrics(), 200, 'text/plain; version=0.0.4; charset=utf-8');
    case '/api':
    case '/apis':
      return () => discover(context, incoming, path === '/api' ? 'api' : 'apis');
    case '/openapi/v2':
      return openApiV2;
    case '/openapi/v3':
      return async () => jsonReply(await openApiV3Index(groupVersions));
    default:
      return findDocument(groupVersions, path, query.get('hash'));
  }
}

function healthOf(path: string, query: URLSearchParams): Answer | undefined {
  const [, check = '', part] = path.split('/');
  if (part !== undefined && part !== 'ping') return undefined;
  return () => textReply(query.has('verbose') ? `[+]ping ok\n${check} check passed\n` : 'ok');
}

/** `/api/v1`, `/apis/apps`, `/apis/apps/v1`, `/openapi/v3/apis/apps/v1`. */
function findDocument(
  groupVersions: readonly GroupVersion[],
  path: string,
  hash: string | null,
): Answer | undefined {
  const openApi = '/openapi/v3/';
  if (path.startsWith(openApi)) {
    const found = groupVersions.find((it) => rootOf(it) === path.slice(openApi.length - 1));
    return found && (() => openApiV3(found, hash));
  }
  const found = groupVersions.find((it) => rootOf(it) === path);
  if (found !== undefined) return () => jsonReply(apiResourceList(found));
  const group = path.startsWith('/apis/') ? apiGroup(groupVersions, path.slice('/apis/'.length)) : undefined;
  return group && (() => jsonReply(group));
}

function rootOf({ group, name }: GroupVersion): string {
  return group === '' ? `/api/${name}` : `/apis/${name}`;
}

function pathsOf(groupVersions: readonly GroupVersion[]): readonly string[] {
  const roots = groupVersions.map(rootOf);
  const groups = groupVersions.filter(({ group }) => group !== '').map(({ group }) => `/apis/${group}`);
  const own = ['/api', '/apis', '/metrics', '/openapi/v2', '/openapi/v3', '/version', ...HEALTH];
  const documents = roots.map((root) => `/openapi/v3${root}`);
  return [...new Set([...own, ...roots, ...groups, ...documents])].sort();
}

const AGGREGATED: ReadonlySet<string> = new Set(['v2', 'v2beta1']);

/** In one document for those that understand it: under its own content type, or it is taken for an empty list. */
function discover(context: ApiContext, { headers }: IncomingMessage, root: 'api' | 'apis'): Reply {
  const { groupVersions, address } = context;
  for (const { type, parameters } of parseMediaTypes(headers.accept ?? '')) {
    const version = parameters.get('v') ?? '';
    const isAggregated = parameters.get('as') === 'APIGroupDiscoveryList' && AGGREGATED.has(version);
    if (type === JSON_TYPE && isAggregated) {
      const document = aggregatedDiscovery(groupVersions, root, version === 'v2' ? 'v2' : 'v2beta1');
      const contentType = `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      return { ...jsonReply(document), contentType };
    }
    if (type === JSON_TYPE && !parameters.has('as')) break;
  }
  return jsonReply(root === 'api' ? apiVersions(groupVersions, address()) : apiGroupList(groupVersions));
}

/** Documents that a client has already are not sent again: each has the hash of its bytes as ETag. */
function revalidate({ headers }: IncomingMessage, reply: Reply): Reply {
  if (reply.code !== 200 || reply.contentType.startsWith('text/')) return reply;
  const etag = `"${createHash('sha256').update(reply.body).digest('hex').slice(0, 32).toUpperCase()}"`;
  const tagged = { ...reply, headers: { Vary: 'Accept', ETag: etag, ...reply.headers } };
  const known = (headers['if-none-match'] ?? '').split(',').map((it) => it.trim().replace(/^W\//, ''));
  return known.includes(etag) ? { ...tagged, code: 304, body: '' } : tagged;
}
