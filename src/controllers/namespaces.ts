import type { KubeObject } from '../kube/meta.ts';
import type { ObjectReader, StoredKind } from '../kube/object-api.ts';
import type { Namespace } from '../kube/references.ts';
import type { WorkloadCondition } from '../kube/workload-status.ts';
import { timestamp } from './clock.ts';
import type { Controller, ControllerContext } from './controller.ts';
import { startKeyedController } from './keyed-controller.ts';
import { keyFor } from './object-key.ts';
import { isSameValue } from './same-value.ts';
import { namespacedKinds, storedKinds } from './stored-kinds.ts';
import { conditionOf } from './workload-conditions.ts';

/** Empties namespaces that are being deleted, and lets them go when nothing is left. */
export const namespaces: Controller = {
  name: 'namespace-controller',
  start: (context) => {
    const { api } = context;
    return startKeyedController(context, {
      work: (_, name) => syncNamespace(context, name),
      watch: (queue) => [
        api.watch('Namespace', ({ object }) => {
          if (isTerminating(object)) queue.add(keyFor('', object.metadata.name ?? ''));
        }),
        ...namespacedKinds.map((kind) =>
          api.watch<StoredKind>(kind, ({ object }) => {
            const name = object.metadata.namespace ?? '';
            const namespace = api.get('Namespace', '', name);
            if (namespace !== undefined && isTerminating(namespace)) queue.add(keyFor('', name));
          }),
        ),
      ],
    });
  },
};

function isTerminating({ metadata }: Namespace): boolean {
  return metadata.deletionTimestamp !== undefined;
}

async function syncNamespace(context: ControllerContext, name: string): Promise<void> {
  const { api, clock } = context;
  const namespace = api.get('Namespace', '', name);
  if (namespace === undefined || !isTerminating(namespace)) return;
  await deleteContent(context, name);
  const remaining = contentOf(api, name);
  await api.update(
    'Namespace',
    '',
    name,
    (current) => {
      const conditions = deletionConditions(current, remaining, clock.now());
      const status = { ...current.status, phase: 'Terminating' as const, conditions };
      return isSameValue(status, current.status) ? undefined : { ...current, status };
    },
    'status',
  );
  if (remaining.size > 0) return;
  await api.update(
    'Namespace',
    '',
    name,
    (current) => {
      const finalizers = current.spec?.finalizers ?? [];
      if (current.metadata.uid !== namespace.metadata.uid || !finalizers.includes('kubernetes'))
        return undefined;
      return {
        ...current,
        spec: { ...current.spec, finalizers: finalizers.filter((it) => it !== 'kubernetes') },
      };
    },
    'finalize',
  );
}

type Content = ReadonlyMap<StoredKind, readonly KubeObject[]>;

function contentOf(api: ObjectReader, namespace: string): Content {
  const lists = namespacedKinds.map((kind): [StoredKind, readonly KubeObject[]] => [
    kind,
    api.list(kind, namespace),
  ]);
  return new Map(lists.filter(([, objects]) => objects.length > 0));
}

/** Each object once: what is on its way already, or is held by a finalizer, is only waited for. */
async function deleteContent({ api }: ControllerContext, namespace: string): Promise<void> {
  const deletions = [...contentOf(api, namespace)].flatMap(([kind, objects]) =>
    objects
      .filter((it) => it.metadata.deletionTimestamp === undefined)
      .map(async ({ metadata }) => {
        const uid = metadata.uid === undefined ? {} : { uid: metadata.uid };
        await api.delete(kind, namespace, metadata.name ?? '', { propagationPolicy: 'Background', ...uid });
      }),
  );
  const results = await Promise.allSettled(deletions);
  const failed = results.find((it) => it.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

interface Verdict {
  readonly type: string;
  readonly bad?: { readonly reason: string; readonly message: string } | undefined;
  readonly good: { readonly reason: string; readonly message: string };
}

/** Upstream's five conditions, in its order. */
function deletionConditions(
  { status }: Namespace,
  content: Content,
  nowMs: number,
): readonly WorkloadCondition[] {
  const verdicts: readonly Verdict[] = [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      good: { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      good: { reason: 'ParsedGroupVersions', message: 'All legacy kube types successfully parsed' },
    },
    {
      type: 'NamespaceDeletionContentFailure',
      good: {
        reason: 'ContentDeleted',
        message: 'All content successfully deleted, may be waiting on finalization',
      },
    },
    {
      type: 'NamespaceContentRemaining',
      bad: remainingText(content),
      good: { reason: 'ContentRemoved', message: 'All content successfully removed' },
    },
    {
      type: 'NamespaceFinalizersRemaining',
      bad: finalizersText(content),
      good: { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
    },
  ];
  return verdicts.map(({ type, bad, good }) => {
    const present = conditionOf(status?.conditions, type);
    const next = { type, status: bad === undefined ? 'False' : 'True', ...(bad ?? good) };
    const since = present?.status === next.status ? present.lastTransitionTime : undefined;
    return { ...next, lastTransitionTime: since ?? timestamp(nowMs) };
  });
}

function remainingText(content: Content): Verdict['bad'] {
  if (content.size === 0) return undefined;
  const counts = [...content].map(([kind, objects]) => {
    const { resource, group } = storedKinds[kind];
    return `${resource}.${group} has ${objects.length} resource instances`;
  });
  return {
    reason: 'SomeResourcesRemain',
    message: `Some resources are remaining: ${counts.sort().join(', ')}`,
  };
}

function finalizersText(content: Content): Verdict['bad'] {
  const counts = new Map<string, number>();
  for (const { metadata } of [...content.values()].flat())
    for (const finalizer of metadata.finalizers ?? [])
      counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  if (counts.size === 0) return undefined;
  const texts = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${texts.sort().join(', ')}`;
  return { reason: 'SomeFinalizersRemain', message };
}
