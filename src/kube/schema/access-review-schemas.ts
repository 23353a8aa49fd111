import type {
  SelectorAttributes,
  SelfSubjectAccessReview,
  SelfSubjectReview,
  SelfSubjectRulesReview,
} from '../access-review.ts';
import { objectFields } from './meta-schemas.ts';
import type { Schema } from './schema.ts';

const selectorAttributes: Schema<SelectorAttributes> = {
  rawSelector: 'string',
  requirements: [{ 'key!': 'string', 'operator!': 'string', values: ['string'] }],
};

export const selfSubjectAccessReview: Schema<SelfSubjectAccessReview> = {
  ...objectFields,
  'spec!': {
    resourceAttributes: {
      namespace: 'string',
      verb: 'string',
      group: 'string',
      version: 'string',
      resource: 'string',
      subresource: 'string',
      name: 'string',
      fieldSelector: selectorAttributes,
      labelSelector: selectorAttributes,
    },
    nonResourceAttributes: { path: 'string', verb: 'string' },
  },
  status: { 'allowed!': 'boolean', denied: 'boolean', reason: 'string', evaluationError: 'string' },
};

export const selfSubjectRulesReview: Schema<SelfSubjectRulesReview> = {
  ...objectFields,
  'spec!': { namespace: 'string' },
  status: {
    'resourceRules!': [
      { 'verbs!': ['string'], apiGroups: ['string'], resources: ['string'], resourceNames: ['string'] },
    ],
    'nonResourceRules!': [{ 'verbs!': ['string'], nonResourceURLs: ['string'] }],
    'incomplete!': 'boolean',
    evaluationError: 'string',
  },
};

export const selfSubjectReview: Schema<SelfSubjectReview> = {
  ...objectFields,
  status: {
    userInfo: {
      username: 'string',
      uid: 'string',
      groups: ['string'],
      extra: { '*': ['string'] },
    },
  },
};
