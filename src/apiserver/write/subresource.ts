import { invalid as invalidField } from '../../kube/field-error.ts';
import type { KubeObject, ObjectMeta } from '../../kube/meta.ts';
import type { AnySchema } from '../../kube/schema/schema.ts';
import { isPod } from '../../kube/workload.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { SCALE, type Scale, scaleOf } from '../scale.ts';
import type { BodyType } from './decode-body.ts';
import { isNamespace } from './namespace-lifecycle.ts';
import { invalid, notFound } from './refusals.ts';

/** A way to write a part of an object: what is sent and answered, and what of it is taken over. */
export interface Subresource {
  /** Undefined: the object itself. */
  readonly name: string | undefined;
  readonly type: BodyType;
  /** What a client sees. */
  read(object: KubeObject): KubeObject;
  /** `previous` with what `sent` may change of it. */
  merge(sent: KubeObject, previous: KubeObject): KubeObject;
  /** Whether the spec may have changed, so that defaults, preparation and validation apply. */
  readonly changesSpec: boolean;
}

/** The schema of what is sent, as data. */
export function schemaOf({ type }: Subresource): AnySchema {
  return type.schema;
}

const itself = (object: KubeObject): KubeObject => object;

/** Throws `NotFound` for one that the kind does not have. */
export function subresourceOf(kind: ResourceKind, name: string | undefined): Subresource {
  switch (name) {
    case undefined:
    case '':
      return { name: undefined, type: kind, read: itself, merge: withStatusOf, changesSpec: true };
    case 'status':
      return { name, type: kind, read: itself, merge: statusOnly, changesSpec: false };
    case 'ephemeralcontainers':
      return { name, type: kind, read: itself, merge: mergeEphemeralContainers(kind), changesSpec: true };
    case 'finalize':
      return { name, type: kind, read: itself, merge: finalizersOnly, changesSpec: false };
    case 'scale':
      return scaleSubresource(kind);
    default:
      throw notFound(kind, name);
  }
}

interface WithStatus extends KubeObject {
  readonly status?: unknown;
}

/** Everything but the status. */
function withStatusOf(sent: KubeObject, previous: WithStatus): KubeObject {
  const { status: _, ...rest }: WithStatus = sent;
  const { status } = previous;
  const merged: WithStatus = status === undefined ? rest : { ...rest, status };
  return merged;
}

/** Kinds whose labels are a matter of who reports the status as well. */
const LABELLED_BY_STATUS: ReadonlySet<string> = new Set(['Pod', 'Node', 'PersistentVolume']);

function statusOnly(sent: WithStatus, previous: WithStatus): KubeObject {
  const { labels, ownerReferences } = previous.metadata;
  const { labels: sentLabels, ownerReferences: _, ...metadata } = sent.metadata;
  const kept = LABELLED_BY_STATUS.has(previous.kind) ? sentLabels : labels;
  const merged: ObjectMeta = {
    ...metadata,
    ...(kept && { labels: kept }),
    ...(ownerReferences && { ownerReferences }),
  };
  const { status: _status, ...rest } = previous;
  const { status } = sent;
  const reported: WithStatus = { ...rest, metadata: merged, ...(status !== undefined && { status }) };
  return reported;
}

/** A namespace's own finalizers. */
function finalizersOnly(sent: KubeObject, previous: KubeObject): KubeObject {
  if (!isNamespace(sent) || !isNamespace(previous)) return previous;
  const { spec: _, ...rest } = previous;
  const finalized = { ...rest, metadata: sent.metadata, ...(sent.spec && { spec: sent.spec }) };
  return { ...finalized, metadata: { ...previous.metadata, ...versionOf(sent.metadata) } };
}

/** Preconditions are the sender's. */
function versionOf({ name, namespace, uid, resourceVersion }: ObjectMeta): ObjectMeta {
  return {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

function mergeEphemeralContainers(kind: ResourceKind): Subresource['merge'] {
  return (sent, previous) => {
    if (!isPod(sent) || !isPod(previous)) throw notFound(kind, 'ephemeralcontainers');
    const { ephemeralContainers = [] } = sent.spec;
    const { ephemeralContainers: _, ...spec } = previous.spec;
    return {
      ...previous,
      metadata: { ...previous.metadata, ...versionOf(sent.metadata) },
      spec: { ...spec, ...(ephemeralContainers.length > 0 && { ephemeralContainers }) },
    };
  };
}

function scaleSubresource(kind: ResourceKind): Subresource {
  const access = kind.scale;
  if (access === undefined) throw notFound(kind, 'scale');
  return {
    name: 'scale',
    type: SCALE,
    read: (object) => scaleOf(kind, object) ?? object,
    merge: (sent, previous) => {
      // It was decoded by the schema of Scale.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const { spec, metadata } = sent as Scale;
      if (spec.replicas < 0) {
        const error = invalidField(['spec', 'replicas'], spec.replicas, 'must be greater than or equal to 0');
        throw invalid(SCALE, previous.metadata.name ?? '', [error]);
      }
      const scaled = access.withReplicas(previous, spec.replicas);
      return { ...scaled, metadata: { ...scaled.metadata, ...versionOf(metadata) } };
    },
    changesSpec: true,
  };
}
