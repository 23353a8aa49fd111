import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate } from '../authentication/authenticate.ts';
import { authorize } from '../authorize.ts';
import { negotiate } from '../http/negotiate.ts';
import { parseRequestTarget, type RequestTarget, type ResourcePath } from '../http/request-info.ts';
import { errorReply, type Reply, sendReply, textReply } from '../http/respond.ts';
import { formatWarnings } from '../http/warnings.ts';
import { parseSwitch } from '../http/write-options.ts';
import type { ResourceKind, UserInfo } from '../resource-kind.ts';
import type { ApiContext } from './api-context.ts';
import { answerOtherPath } from './other-paths.ts';
import { methodNotAllowed, unknownResource } from './refusals.ts';
import type { RequestVerb } from './resource-request.ts';
import { findHandler } from './resources.ts';

/** Whom a request is from and what it is about: as far as an upgrade and every other request are the same. */
export interface AdmittedRequest extends RequestTarget {
  readonly user: UserInfo;
}

/** A request from its first byte to its last. Never rejects: what goes wrong is the answer. */
export async function answerRequest(
  context: ApiContext,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const reply = await answer(context, incoming, response);
    if (reply !== undefined) sendReply(response, reply);
  } catch (error) {
    refuse(response, error);
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  try {
    sendReply(response, errorReply(error));
  } catch {
    // What cannot be told, such as a text beyond what a string can hold, must not be thrown where nobody catches it.
    response.destroy();
  }
}

async function answer(
  context: ApiContext,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Reply | undefined> {
  const { user, path, query } = admitRequest(context, incoming);
  if (path.type === 'other') return answerOtherPath(context, incoming, path.path, query);
  if (!context.groupVersions.some(({ group, version }) => group === path.group && version === path.version)) {
    return textReply('404 page not found\n', 404);
  }
  const kind = findKind(context, path);
  if (kind.deprecation !== undefined) response.appendHeader('Warning', formatWarnings([kind.deprecation]));
  const verb = verbOf(incoming.method ?? '', path, query);
  if (verb === undefined || isOutOfPlace(kind, path, verb)) throw methodNotAllowed();
  const accept = negotiate(incoming.headers.accept);
  const request = { ...path, kind, verb, query, user, accept, incoming, response };
  return findHandler(request)(context, request);
}

/** Who asks, for what, and whether that is allowed: nothing else is looked at before. */
export function admitRequest(context: ApiContext, incoming: IncomingMessage): AdmittedRequest {
  const user = authenticate(incoming, context.authenticator);
  context.admitConnection(incoming.socket);
  const { path, query } = parseRequestTarget(incoming.url ?? '');
  const { method = '' } = incoming;
  if (path.type === 'other') {
    authorize(user, { verb: method.toLowerCase(), path: path.path });
  } else {
    const { group, resource, subresource, name } = path;
    const namespace = resource === 'namespaces' && group === '' ? name : path.namespace;
    const verb = verbOf(method, path, query) ?? method.toLowerCase();
    authorize(user, { verb, group, resource, subresource, namespace, name });
  }
  return { user, path, query };
}

/** Throws `NotFound` for a kind that there is not, or not there. */
export function findKind(context: ApiContext, path: ResourcePath): ResourceKind {
  const kind = context.kinds.find(path.group, path.version, path.resource);
  if (kind === undefined) throw unknownResource();
  const isMisplaced = kind.namespaced ? path.namespace === '' && path.name !== '' : path.namespace !== '';
  if (isMisplaced) throw unknownResource();
  return kind;
}

/** Undefined for a method that means nothing here. */
function verbOf(
  method: string,
  { name, subresource }: ResourcePath,
  query: URLSearchParams,
): RequestVerb | undefined {
  const isCollection = name === '';
  switch (method) {
    case 'GET':
      if (!isCollection) return 'get';
      return parseSwitch(query, 'watch') ? 'watch' : 'list';
    case 'POST':
      return isCollection || subresource !== '' ? 'create' : undefined;
    case 'PUT':
      return isCollection ? undefined : 'update';
    case 'PATCH':
      return isCollection ? undefined : 'patch';
    case 'DELETE':
      return isCollection ? 'deletecollection' : 'delete';
    default:
      return undefined;
  }
}

/** Over all namespaces, what is in namespaces can only be read. */
function isOutOfPlace(kind: ResourceKind, { namespace, name }: ResourcePath, verb: RequestVerb): boolean {
  return kind.namespaced && namespace === '' && name === '' && verb !== 'list' && verb !== 'watch';
}
