import type { KubeObject, ObjectMeta } from '../kube/meta.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Pod, PodTemplateSpec } from '../kube/pod.ts';
import { isApiError } from '../kube/status.ts';
import { errorText } from './error-text.ts';
import { controllerReference } from './ownership.ts';

/** The pod that a controller makes of its template, named after the owner by the API. */
export function podOfTemplate(owner: KubeObject, template: PodTemplateSpec): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: ObjectMeta = {
    generateName: `${owner.metadata.name ?? ''}-`,
    namespace: owner.metadata.namespace ?? '',
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
    ownerReferences: [controllerReference(owner)],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
}

interface PodControl {
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
}

/** Creates a pod and says so on its owner. Rejects as the API does, after an event about it. */
export async function createPod({ api, recorder }: PodControl, owner: KubeObject, pod: Pod): Promise<void> {
  try {
    const created = await api.create('Pod', pod);
    recorder.record({
      about: owner,
      type: 'Normal',
      reason: 'SuccessfulCreate',
      message: `Created pod: ${created.metadata.name ?? ''}`,
    });
  } catch (error) {
    // Nothing can be made in a namespace that is ending; its owner goes too.
    if (isNamespaceEnding(error)) return;
    recorder.record({
      about: owner,
      type: 'Warning',
      reason: 'FailedCreate',
      message: `Error creating: ${errorText(error)}`,
    });
    throw error;
  }
}

function isNamespaceEnding(error: unknown): boolean {
  return (
    isApiError(error, 'Forbidden') &&
    (error.details?.causes?.some((it) => it.reason === 'NamespaceTerminating') === true ||
      error.message.includes('because it is being terminated'))
  );
}

/** Deletes a pod and says so on its owner. Rejects as the API does, after an event about it. */
export async function deletePod({ api, recorder }: PodControl, owner: KubeObject, pod: Pod): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata;
  try {
    await api.delete('Pod', namespace, name, uid === undefined ? {} : { uid });
    const message = `Deleted pod: ${name}`;
    recorder.record({ about: owner, type: 'Normal', reason: 'SuccessfulDelete', message });
  } catch (error) {
    const message = `Error deleting: ${errorText(error)}`;
    recorder.record({ about: owner, type: 'Warning', reason: 'FailedDelete', message });
    throw error;
  }
}
