import type { KubeObject, LabelSelector, LocalObjectReference, ObjectMeta, OwnerReference } from '../meta.ts';
import type { Schema } from './schema.ts';

const ownerReference: Schema<OwnerReference> = {
  'apiVersion!': 'string',
  'kind!': 'string',
  'name!': 'string',
  'uid!': 'string',
  controller: 'boolean',
  blockOwnerDeletion: 'boolean',
};

export const objectMeta: Schema<ObjectMeta> = {
  name: 'string',
  generateName: 'string',
  namespace: 'string',
  uid: 'string',
  labels: { '*': 'string' },
  annotations: { '*': 'string' },
  resourceVersion: 'string',
  generation: 'int64',
  creationTimestamp: 'time',
  deletionTimestamp: 'time',
  deletionGracePeriodSeconds: 'int64',
  finalizers: ['string'],
  ownerReferences: [ownerReference],
  managedFields: ['any'],
  selfLink: 'string',
};

/** What every kind begins with. */
export const objectFields: Schema<KubeObject> = {
  'apiVersion!': 'string',
  'kind!': 'string',
  'metadata!': objectMeta,
};

export const labelSelector: Schema<LabelSelector> = {
  matchLabels: { '*': 'string' },
  matchExpressions: [{ 'key!': 'string', 'operator!': 'string', values: ['string'] }],
};

export const localObjectReference: Schema<LocalObjectReference> = { name: 'string' };
