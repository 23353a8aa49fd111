import { type FieldError, forbidden, required } from '../../kube/field-error.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../kube/references.ts';
import { persistentVolume as schema } from '../../kube/schema/reference-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { volumeFields } from '../fields/volume-fields.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { formatAccessModes, validateAccessModes } from '../rules/access-modes.ts';
import { isSame } from '../rules/immutable.ts';

const UNSET = '<unset>';

export const persistentVolume: ResourceKind<PersistentVolume> = defineKind<PersistentVolume>({
  kind: 'PersistentVolume',
  shortNames: ['pv'],
  namespaced: false,
  schema,
  fields: volumeFields,
  defaults: (object) => {
    const { spec } = object;
    const { hostPath } = spec;
    return {
      ...object,
      spec: {
        ...spec,
        ...(hostPath && { hostPath: { ...hostPath, type: hostPath.type ?? '' } }),
        persistentVolumeReclaimPolicy: spec.persistentVolumeReclaimPolicy || 'Retain',
        volumeMode: spec.volumeMode ?? 'Filesystem',
      },
    };
  },
  prepareCreate: (object) => ({ ...object, status: { phase: 'Pending' } }),
  validate: (object) => [...validateObject(object), ...validateSpec(object.spec)],
  validateUpdate: (next, previous) =>
    isSame(sourceOf(next.spec), sourceOf(previous.spec))
      ? []
      : [
          forbidden(
            ['spec', 'persistentvolumesource'],
            'spec.persistentvolumesource is immutable after creation',
          ),
        ],
  columns: [
    nameColumn(),
    column('Capacity', 'How much it holds.', ({ spec }) => String(spec.capacity?.['storage'] ?? '0')),
    column('Access Modes', 'How it may be mounted.', ({ spec }) => formatAccessModes(spec.accessModes)),
    column(
      'Reclaim Policy',
      'What happens to it when its claim goes.',
      ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '',
    ),
    column('Status', 'Whether a claim has it.', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    ),
    column('Claim', 'The claim that has it.', ({ spec: { claimRef } }) =>
      claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`,
    ),
    column('StorageClass', 'The class that it belongs to.', ({ spec }) => spec.storageClassName ?? ''),
    column(
      'VolumeAttributesClass',
      'The class of its attributes.',
      ({ spec }) => spec.volumeAttributesClassName ?? UNSET,
    ),
    column('Reason', 'Why it is in that status.', ({ status }) => status?.reason ?? ''),
    ageColumn(),
    wideColumn('VolumeMode', 'Filesystem or Block.', ({ spec }) => spec.volumeMode ?? UNSET),
  ],
  subresources: [
    { name: 'status', group: '', version: 'v1', kind: 'PersistentVolume', verbs: ['get', 'patch', 'update'] },
  ],
});

/** All that says where the volume is. */
function sourceOf(spec: PersistentVolumeSpec): Readonly<Record<string, unknown>> {
  const {
    capacity: _capacity,
    accessModes: _accessModes,
    claimRef: _claimRef,
    persistentVolumeReclaimPolicy: _policy,
    storageClassName: _class,
    mountOptions: _options,
    volumeMode: _mode,
    nodeAffinity: _affinity,
    volumeAttributesClassName: _attributes,
    ...source
  } = spec;
  return source;
}

function validateSpec(spec: PersistentVolumeSpec): readonly FieldError[] {
  const errors = [...validateAccessModes(spec.accessModes ?? [], ['spec', 'accessModes'], '')];
  if (spec.capacity?.['storage'] === undefined) errors.push(required(['spec', 'capacity']));
  const [first, ...more] = Object.keys(sourceOf(spec));
  if (first === undefined) errors.push(required(['spec'], 'must specify a volume type'));
  for (const name of more) {
    errors.push(forbidden(['spec', name], 'may not specify more than 1 volume type'));
  }
  if (spec.local !== undefined && spec.nodeAffinity?.required === undefined) {
    errors.push(required(['spec', 'nodeAffinity'], 'Local volume requires node affinity'));
  }
  return errors;
}
