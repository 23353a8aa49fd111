import { ApiError } from '../../kube/status.ts';
import type { Reply } from '../http/respond.ts';
import type { Verb } from '../resource-kind.ts';
import type { ApiContext } from './api-context.ts';
import { sendLogs } from './logs.ts';
import {
  createObject,
  deleteCollection,
  deleteObject,
  getObject,
  listObjects,
  patchObject,
  updateObject,
} from './objects.ts';
import { asPod, bindPod, evictPod } from './pods.ts';
import { getDrift, refreshProof } from './proofs.ts';
import { methodNotAllowed, unknownResource } from './refusals.ts';
import type { RequestVerb, ResourceRequest } from './resource-request.ts';
import { getScale, patchScale, updateScale } from './scale.ts';
import { createToken } from './tokens.ts';
import { watchObjects } from './watch.ts';

/** Undefined: the handler has answered by itself, or goes on doing so. */
export type Handler = (
  context: ApiContext,
  request: ResourceRequest,
) => Promise<Reply | undefined> | undefined;

const OBJECTS: Readonly<Record<RequestVerb, Handler>> = {
  create: createObject,
  delete: deleteObject,
  deletecollection: deleteCollection,
  get: getObject,
  list: listObjects,
  patch: patchObject,
  update: updateObject,
  watch: (context, request) => {
    watchObjects(context, request);
    return undefined;
  },
};

type Handlers = Readonly<Partial<Record<Verb, Handler>>>;

const SAME_OBJECT: Handlers = { get: getObject, patch: patchObject, update: updateObject };

const STREAM: Handlers = { create: refuseStream, get: refuseStream };

/** Subresources that are the same for all kinds which have them, and those of one kind. */
const SUBRESOURCES: Readonly<Record<string, Handlers>> = {
  status: SAME_OBJECT,
  finalize: SAME_OBJECT,
  scale: { get: getScale, patch: patchScale, update: updateScale },
  'pods/attach': STREAM,
  'pods/binding': { create: bindPod },
  'pods/ephemeralcontainers': SAME_OBJECT,
  'pods/eviction': { create: evictPod },
  'pods/exec': STREAM,
  'pods/log': { get: getLog },
  'pods/portforward': STREAM,
  'proofs/drift': { get: getDrift },
  'proofs/refresh': { create: refreshProof },
  'serviceaccounts/token': { create: createToken },
};

/** What answers a request. Throws for a subresource or a verb that the kind does not have. */
export function findHandler({ kind, subresource, verb }: ResourceRequest): Handler {
  if (subresource === '') {
    if (!kind.verbs.includes(verb)) throw methodNotAllowed();
    return OBJECTS[verb];
  }
  const described = kind.subresources.find(({ name }) => name === subresource);
  const handlers = SUBRESOURCES[`${kind.resource}/${subresource}`] ?? SUBRESOURCES[subresource];
  if (described === undefined || handlers === undefined) throw unknownResource();
  const handler = described.verbs.includes(verb) ? handlers[verb] : undefined;
  if (handler === undefined) throw methodNotAllowed();
  return handler;
}

function refuseStream(): never {
  throw new ApiError('BadRequest', 'Upgrade request required');
}

async function getLog(context: ApiContext, request: ResourceRequest): Promise<undefined> {
  const { kind, namespace, name } = request;
  await sendLogs(context, request, asPod(context.objects.get(kind, namespace, name)));
}
