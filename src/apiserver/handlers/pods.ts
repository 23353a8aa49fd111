import type { KubeObject } from '../../kube/meta.ts';
import type { Pod } from '../../kube/pod.ts';
import { ApiError } from '../../kube/status.ts';
import { parseDeleteOptions } from '../http/delete-options.ts';
import { asFields } from '../http/fields.ts';
import type { Reply } from '../http/respond.ts';
import { parseWriteOptions } from '../http/write-options.ts';
import type { ApiContext } from './api-context.ts';
import { decodeObject, successReply } from './objects.ts';
import type { ResourceRequest } from './resource-request.ts';

/** `pods/eviction`: deletes the pod, as `kubectl drain` asks for. There are no disruption budgets here. */
export async function evictPod({ objects }: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name, query, user } = request;
  const eviction = asFields(await decodeObject(request, 'Eviction'), 'Eviction');
  const metadata = asFields(eviction['metadata'], 'Eviction.metadata');
  if (metadata['name'] !== name) {
    throw new ApiError('BadRequest', 'name in URL does not match name in Eviction object');
  }
  const { dryRun } = parseWriteOptions(query, user, 'CreateOptions');
  const options = parseDeleteOptions(eviction['deleteOptions'] ?? {}, new URLSearchParams(), user);
  await objects.delete(kind, namespace, name, { ...options, dryRun: options.dryRun || dryRun });
  return successReply(201);
}

/** `pods/binding`: gives the pod its node. */
export async function bindPod({ objects }: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name, query, user } = request;
  const binding = asFields(await decodeObject(request, 'Binding'), 'Binding');
  const { name: node } = asFields(binding['target'], 'Binding.target');
  if (typeof node !== 'string' || node === '') {
    throw new ApiError(
      'BadRequest',
      `Binding ${JSON.stringify(name)} is invalid: target.name: Required value`,
    );
  }
  const { dryRun } = parseWriteOptions(query, user, 'CreateOptions');
  const bind = (current: KubeObject): KubeObject => bound(asPod(current), node);
  if (dryRun) bind(objects.get(kind, namespace, name));
  else if ((await objects.change({ kind, namespace, name }, bind, user)) === undefined) {
    objects.get(kind, namespace, name);
  }
  return successReply(201);
}

function bound(pod: Pod, node: string): Pod {
  const { metadata, spec } = pod;
  const { name = '' } = metadata;
  const conflict = (found: string) =>
    new ApiError(
      'Conflict',
      `Operation cannot be fulfilled on pods/binding ${JSON.stringify(name)}: ${found}`,
      {
        name,
        kind: 'pods/binding',
      },
    );
  if (metadata.deletionTimestamp !== undefined) {
    throw conflict(`pod ${name} is being deleted, cannot be assigned to a host`);
  }
  if (spec.nodeName !== undefined && spec.nodeName !== '') {
    throw conflict(`pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  }
  return { ...pod, spec: { ...spec, nodeName: node } };
}

export function asPod(object: KubeObject): Pod {
  // What is stored as a Pod was decoded as one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return object as Pod;
}
