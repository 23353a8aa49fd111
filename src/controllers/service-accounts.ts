import type { ConfigMap, ServiceAccount } from '../kube/references.ts';
import { isApiError } from '../kube/status.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import { keyFor } from './object-key.ts';
import { isSameValue } from './same-value.ts';

const rootCaName = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Every namespace has its `default` ServiceAccount and the cluster's CA, also after somebody took them away. */
export const serviceAccounts: Controller = {
  name: 'serviceaccount-controller',
  start: (context) =>
    startKeyedController(context, {
      work: async (_, namespace) => syncNamespace(context, namespace),
      watch: (queue) => [
        context.api.watch('Namespace', ({ type, object, previous }) => {
          // On its way it gets nothing new.
          if (type !== 'DELETED' && previous === undefined) queue.add(keyFor('', object.metadata.name ?? ''));
        }),
        context.api.watch('ServiceAccount', ({ type, object }) => {
          if (type === 'DELETED' && object.metadata.name === 'default')
            queue.add(keyFor('', object.metadata.namespace ?? ''));
        }),
        context.api.watch('ConfigMap', ({ type, object }) => {
          if (object.metadata.name === rootCaName && type !== 'ADDED')
            queue.add(keyFor('', object.metadata.namespace ?? ''));
        }),
      ],
    }),
};

async function syncNamespace(context: ControllerContext, namespace: string): Promise<void> {
  const found = context.api.get('Namespace', '', namespace);
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return;
  await Promise.all([ensureAccount(context, namespace), ensureRootCa(context, namespace)]);
}

async function ensureAccount({ api }: ControllerContext, namespace: string): Promise<void> {
  if (api.get('ServiceAccount', namespace, 'default') !== undefined) return;
  const account: ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  };
  await unlessPresent(api.create('ServiceAccount', account));
}

async function ensureRootCa({ api, settings }: ControllerContext, namespace: string): Promise<void> {
  const data = { 'ca.crt': settings.caPem };
  if (api.get('ConfigMap', namespace, rootCaName) !== undefined) {
    await api.update('ConfigMap', namespace, rootCaName, (current) =>
      isSameValue(current.data, data) || current.metadata.deletionTimestamp !== undefined
        ? undefined
        : { ...current, data },
    );
    return;
  }
  const map: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: rootCaName, namespace, annotations: { 'kubernetes.io/description': description } },
    data,
  };
  await unlessPresent(api.create('ConfigMap', map));
}

/** Somebody else was faster: as good. */
async function unlessPresent(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error;
  }
}
