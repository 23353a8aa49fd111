import type { KubeObject } from '../../kube/meta.ts';
import type { Reply } from '../http/respond.ts';
import { SCALE, scaleOf } from '../scale.ts';
import type { ApiContext } from './api-context.ts';
import { encodeObject } from './encode-objects.ts';
import { patchTarget, updateTarget } from './objects.ts';
import { unknownResource } from './refusals.ts';
import type { ResourceRequest } from './resource-request.ts';

export async function getScale(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name } = request;
  const scale = scaleOf(kind, context.objects.get(kind, namespace, name));
  if (scale === undefined) throw unknownResource();
  return encodeScale(context, request, { object: scale });
}

export async function updateScale(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  return encodeScale(context, request, await updateTarget(context, request));
}

export async function patchScale(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  return encodeScale(context, request, await patchTarget(context, request));
}

/** What is answered is a Scale, whatever kind of object it is of: so are its columns. */
function encodeScale(
  { now }: ApiContext,
  request: ResourceRequest,
  { object, warnings = [] }: { readonly object: KubeObject; readonly warnings?: readonly string[] },
): Promise<Reply> {
  return encodeObject({ ...request, kind: SCALE }, object, { warnings, nowMs: now() });
}
