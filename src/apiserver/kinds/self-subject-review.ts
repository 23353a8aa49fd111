import type { SelfSubjectReview } from '../../kube/access-review.ts';
import { selfSubjectReview as schema } from '../../kube/schema/access-review-schemas.ts';
import { defineKind } from '../define-kind.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** What `kubectl auth whoami` asks. The server answers; nothing is kept. */
export const selfSubjectReview: ResourceKind<SelfSubjectReview> = defineKind<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  kind: 'SelfSubjectReview',
  namespaced: false,
  verbs: ['create'],
  stored: undefined,
  schema,
  validate: () => [],
  // Who asks is what is answered: no controller has to look first.
  prepareCreate: (object, { user }) => ({ ...object, status: { userInfo: user } }),
});
