import type { Reply } from '../http/respond.ts';
import { scaleOf } from '../scale.ts';
import type { ApiContext } from './api-context.ts';
import { encodePlain } from './encode-objects.ts';
import { patchTarget, updateTarget } from './objects.ts';
import { unknownResource } from './refusals.ts';
import type { ResourceRequest } from './resource-request.ts';

export async function getScale({ objects }: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name } = request;
  const scale = scaleOf(kind, objects.get(kind, namespace, name));
  if (scale === undefined) throw unknownResource();
  return encodePlain(request, scale);
}

export async function updateScale(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { object, warnings } = await updateTarget(context, request);
  return encodePlain(request, object, { warnings });
}

export async function patchScale(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { object, warnings } = await patchTarget(context, request);
  return encodePlain(request, object, { warnings });
}
