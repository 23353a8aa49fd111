import type { SelfSubjectAccessReview } from '../../kube/access-review.ts';
import { type FieldError, invalid } from '../../kube/field-error.ts';
import { selfSubjectAccessReview as schema } from '../../kube/schema/access-review-schemas.ts';
import { defineKind } from '../define-kind.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** What `kubectl auth can-i` asks. The server answers; nothing is kept. */
export const selfSubjectAccessReview: ResourceKind<SelfSubjectAccessReview> =
  defineKind<SelfSubjectAccessReview>({
    group: 'authorization.k8s.io',
    kind: 'SelfSubjectAccessReview',
    namespaced: false,
    verbs: ['create'],
    stored: undefined,
    schema,
    validate: validateAttributes,
  });

function validateAttributes({ spec }: SelfSubjectAccessReview): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const detail = 'cannot be specified in combination with resourceAttributes';
    return [invalid(['spec', 'nonResourceAttributes'], nonResourceAttributes, detail)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalid(['spec', 'resourceAttributes'], null, detail)];
}
