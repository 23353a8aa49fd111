import type {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
  PodResourceClaim,
  PreferredSchedulingTerm,
  Toleration,
  TopologySpreadConstraint,
  WeightedPodAffinityTerm,
} from '../scheduling.ts';
import { labelSelector } from './meta-schemas.ts';
import type { Schema } from './schema.ts';

const nodeSelectorRequirement: Schema<NodeSelectorRequirement> = {
  'key!': 'string',
  'operator!': 'string',
  values: ['string'],
};

const nodeSelectorTerm: Schema<NodeSelectorTerm> = {
  matchExpressions: [nodeSelectorRequirement],
  matchFields: [nodeSelectorRequirement],
};

export const nodeSelector: Schema<NodeSelector> = {
  'nodeSelectorTerms!': [nodeSelectorTerm],
};

const preferredSchedulingTerm: Schema<PreferredSchedulingTerm> = {
  'weight!': 'int32',
  'preference!': nodeSelectorTerm,
};

const nodeAffinity: Schema<NodeAffinity> = {
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector,
  preferredDuringSchedulingIgnoredDuringExecution: [preferredSchedulingTerm],
};

const podAffinityTerm: Schema<PodAffinityTerm> = {
  labelSelector,
  namespaces: ['string'],
  'topologyKey!': 'string',
  namespaceSelector: labelSelector,
  matchLabelKeys: ['string'],
  mismatchLabelKeys: ['string'],
};

const weightedPodAffinityTerm: Schema<WeightedPodAffinityTerm> = {
  'weight!': 'int32',
  'podAffinityTerm!': podAffinityTerm,
};

const podAffinity: Schema<PodAffinity> = {
  requiredDuringSchedulingIgnoredDuringExecution: [podAffinityTerm],
  preferredDuringSchedulingIgnoredDuringExecution: [weightedPodAffinityTerm],
};

const podAntiAffinity: Schema<PodAntiAffinity> = {
  requiredDuringSchedulingIgnoredDuringExecution: [podAffinityTerm],
  preferredDuringSchedulingIgnoredDuringExecution: [weightedPodAffinityTerm],
};

export const affinity: Schema<Affinity> = {
  nodeAffinity,
  podAffinity,
  podAntiAffinity,
};

export const toleration: Schema<Toleration> = {
  key: 'string',
  operator: 'string',
  value: 'string',
  effect: 'string',
  tolerationSeconds: 'int64',
};

export const topologySpreadConstraint: Schema<TopologySpreadConstraint> = {
  'maxSkew!': 'int32',
  'topologyKey!': 'string',
  'whenUnsatisfiable!': 'string',
  labelSelector,
  minDomains: 'int32',
  nodeAffinityPolicy: 'string',
  nodeTaintsPolicy: 'string',
  matchLabelKeys: ['string'],
};

export const podResourceClaim: Schema<PodResourceClaim> = {
  'name!': 'string',
  resourceClaimName: 'string',
  resourceClaimTemplateName: 'string',
};
