import type { SelfSubjectRulesReview } from '../../kube/access-review.ts';
import { selfSubjectRulesReview as schema } from '../../kube/schema/access-review-schemas.ts';
import { defineKind } from '../define-kind.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** What `kubectl auth can-i --list` asks. The server answers; nothing is kept. */
export const selfSubjectRulesReview: ResourceKind<SelfSubjectRulesReview> =
  defineKind<SelfSubjectRulesReview>({
    group: 'authorization.k8s.io',
    kind: 'SelfSubjectRulesReview',
    namespaced: false,
    verbs: ['create'],
    stored: undefined,
    schema,
    validate: () => [],
  });
