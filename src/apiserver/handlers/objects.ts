import { answerReview } from '../answer-review.ts';
import { AUDIT, listAudit } from '../audit-records.ts';
import { decodeBody, decodePatch } from '../http/decode-body.ts';
import { parseDeleteOptions } from '../http/delete-options.ts';
import { MAX_BODY_BYTES, readBody } from '../http/read-body.ts';
import { jsonReply, type Reply } from '../http/respond.ts';
import { parseListQuery, parseWriteOptions } from '../http/write-options.ts';
import type { Deleted, DeleteRequest, WriteTarget, Written } from '../object-service.ts';
import type { ApiContext } from './api-context.ts';
import { encodeList, encodeObject, encodePlain } from './encode-objects.ts';
import type { ResourceRequest } from './resource-request.ts';

export async function getObject({ objects, now }: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name } = request;
  return encodeObject(request, objects.get(kind, namespace, name), { nowMs: now() });
}

export async function listObjects({ objects, now }: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, query } = request;
  const list = kind === AUDIT ? listAudit(objects) : objects.list(kind, parseListQuery(query, namespace));
  return encodeList(request, list, { nowMs: now() });
}

export async function createObject(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, query, user } = request;
  const options = parseWriteOptions(query, user, 'CreateOptions');
  const written = await context.objects.create(kind, namespace, await decodeObject(request), options);
  return encodeWritten(context, request, {
    ...written,
    object: answerReview(written.object, user),
    created: true,
  });
}

export async function updateObject(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  return encodeWritten(context, request, await updateTarget(context, request));
}

export async function patchObject(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  return encodeWritten(context, request, await patchTarget(context, request));
}

/** Carries a PUT out, on the object or on what of it the request names. */
export async function updateTarget({ objects }: ApiContext, request: ResourceRequest): Promise<Written> {
  const options = parseWriteOptions(request.query, request.user, 'UpdateOptions');
  return objects.update(targetOf(request), await decodeObject(request), options);
}

/** Carries a PATCH out. */
export async function patchTarget({ objects }: ApiContext, request: ResourceRequest): Promise<Written> {
  const { incoming, query, user } = request;
  const options = parseWriteOptions(query, user, 'PatchOptions');
  const patch = decodePatch(await readBody(incoming), incoming.headers['content-type']);
  return objects.patch(targetOf(request), patch, options);
}

/** What is asked and not kept is short; any pod may ask, and should not have megabytes held for it. */
const MAX_QUESTION_BYTES = 64 * 1024;

/** The body as it came; `kind` is what it should be when it is not the request's own. */
export async function decodeObject(
  { incoming, kind }: ResourceRequest,
  wanted: string = kind.kind,
): Promise<unknown> {
  const body = await readBody(incoming, kind.stored === undefined ? MAX_QUESTION_BYTES : MAX_BODY_BYTES);
  return decodeBody(body, incoming.headers['content-type'], wanted);
}

function targetOf({ kind, namespace, name, subresource }: ResourceRequest): WriteTarget {
  return { kind, namespace, name, ...(subresource !== '' && { subresource }) };
}

async function encodeWritten(
  { now }: ApiContext,
  request: ResourceRequest,
  { object, created, warnings }: Written,
): Promise<Reply> {
  return encodeObject(request, object, { code: created ? 201 : 200, warnings, nowMs: now() });
}

export async function deleteObject(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name } = request;
  const options = await readDeleteOptions(request);
  const deleted = await context.objects.delete(kind, namespace, name, options);
  return encodeDeleted(context, request, deleted);
}

export async function deleteCollection(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, query } = request;
  const options = await readDeleteOptions(request);
  const deleted = await context.objects.deleteCollection(kind, parseListQuery(query, namespace), options);
  return encodeList(request, deleted, { nowMs: context.now() });
}

async function readDeleteOptions({ incoming, query, user }: ResourceRequest): Promise<DeleteRequest> {
  const body = await readBody(incoming);
  const content =
    body.length === 0 ? undefined : await decodeBody(body, incoming.headers['content-type'], 'DeleteOptions');
  return parseDeleteOptions(content, query, user);
}

/** Kinds of which upstream answers the object itself, also when it is gone; typed clients rely on it. */
const ANSWERED_WHEN_GONE: ReadonlySet<string> = new Set([
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'serviceaccounts',
  'services',
]);

function encodeDeleted(
  { now }: ApiContext,
  request: ResourceRequest,
  { object, gone }: Deleted,
): Promise<Reply> {
  const { kind, name } = request;
  if (!gone || ANSWERED_WHEN_GONE.has(kind.resource)) return encodeObject(request, object, { nowMs: now() });
  const { uid } = object.metadata;
  return encodePlain(request, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(kind.group !== '' && { group: kind.group }),
      kind: kind.resource,
      ...(uid && { uid }),
    },
  });
}

/** What upstream answers to a subresource that did its work: a Status that says no more. */
export function successReply(code: number): Reply {
  return jsonReply({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code }, code);
}
