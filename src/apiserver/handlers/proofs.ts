import type { Pod } from '../../kube/pod.ts';
import { ApiError } from '../../kube/status.ts';
import type { Reply } from '../http/respond.ts';
import type { ApiContext } from './api-context.ts';
import { encodeObject, encodePlain } from './encode-objects.ts';
import type { ResourceRequest } from './resource-request.ts';

/** `proofs/refresh`: asks the kernel now. The pod need not have a Proof yet. */
export async function refreshProof(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const proof = await context.kubelet.prove(podOf(context, request));
  return encodeObject(request, proof, { code: 201, nowMs: context.now() });
}

/** `proofs/drift`: what the pod's containers wrote to their root file systems. */
export async function getDrift(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  return encodePlain(request, await context.kubelet.drift(podOf(context, request)));
}

/** A Proof has its pod's name. */
function podOf({ objects }: ApiContext, { namespace, name }: ResourceRequest): Pod {
  const pod = objects.reader.get('Pod', namespace, name);
  if (pod !== undefined) return pod;
  throw new ApiError('NotFound', `pods ${JSON.stringify(name)} not found`, { name, kind: 'pods' });
}
