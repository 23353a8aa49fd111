import { type FieldError, forbidden, required } from '../../kube/field-error.ts';
import type { PersistentVolumeClaim } from '../../kube/references.ts';
import { persistentVolumeClaim as schema } from '../../kube/schema/reference-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { claimFields } from '../fields/volume-fields.ts';
import { ageColumn, column, nameColumn, wideColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { formatAccessModes, validateAccessModes } from '../rules/access-modes.ts';
import { describeDifferences } from '../rules/differences.ts';
import { isSame } from '../rules/immutable.ts';

const UNSET = '<unset>';

export const persistentVolumeClaim: ResourceKind<PersistentVolumeClaim> = defineKind<PersistentVolumeClaim>({
  kind: 'PersistentVolumeClaim',
  shortNames: ['pvc'],
  schema,
  fields: claimFields,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, volumeMode: object.spec.volumeMode ?? 'Filesystem' },
  }),
  prepareCreate: (object) => ({ ...object, status: { phase: 'Pending' } }),
  validate: (object) => [...validateObject(object), ...validateSpec(object)],
  validateUpdate,
  columns: [
    nameColumn(),
    column('Status', 'Whether it has its volume.', ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    ),
    column('Volume', 'The volume that it is bound to.', ({ spec }) => spec.volumeName ?? ''),
    column('Capacity', 'How much that holds.', ({ spec, status }) =>
      spec.volumeName ? String(status?.capacity?.['storage'] ?? '') : '',
    ),
    column('Access Modes', 'How it may be mounted.', ({ spec, status }) =>
      spec.volumeName ? formatAccessModes(status?.accessModes) : '',
    ),
    column('StorageClass', 'The class that it asks for.', ({ spec }) => spec.storageClassName ?? ''),
    column(
      'VolumeAttributesClass',
      'The class of attributes that it asks for.',
      ({ spec }) => spec.volumeAttributesClassName ?? UNSET,
    ),
    ageColumn(),
    wideColumn('VolumeMode', 'Filesystem or Block.', ({ spec }) => spec.volumeMode ?? UNSET),
  ],
  subresources: [
    {
      name: 'status',
      group: '',
      version: 'v1',
      kind: 'PersistentVolumeClaim',
      verbs: ['get', 'patch', 'update'],
    },
  ],
});

function validateSpec({ spec }: PersistentVolumeClaim): readonly FieldError[] {
  const modes = validateAccessModes(
    spec.accessModes ?? [],
    ['spec', 'accessModes'],
    'at least 1 access mode is required',
  );
  const storage = spec.resources?.requests?.['storage'];
  return storage === undefined ? [...modes, required(['spec', 'resources', 'storage'])] : modes;
}

/** What a bound claim asks for may grow; which volume it has, and all else, is fixed. */
function validateUpdate(next: PersistentVolumeClaim, previous: PersistentVolumeClaim): readonly FieldError[] {
  const { spec: before } = previous;
  const { resources, volumeName, storageClassName, ...rest } = next.spec;
  const isBound = previous.status?.phase === 'Bound';
  const keptResources = isBound ? before.resources : resources;
  const keptVolume = before.volumeName ? volumeName : before.volumeName;
  const masked = {
    ...rest,
    // A claim without a class is given the default one when its volume is made.
    ...(before.storageClassName !== undefined && storageClassName !== undefined && { storageClassName }),
    ...(keptResources && { resources: keptResources }),
    ...(keptVolume !== undefined && { volumeName: keptVolume }),
  };
  if (isSame(masked, before)) return [];
  const detail =
    'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n';
  return [forbidden(['spec'], detail + describeDifferences(before, masked))];
}
