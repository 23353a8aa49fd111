import type {
  ResourceAttributes,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
} from '../kube/access-review.ts';
import type { KubeObject } from '../kube/meta.ts';
import { type AccessRequest, DISCOVERY_PATHS, isAllowed } from './authorize.ts';
import type { UserInfo } from './resource-kind.ts';

/** What a review asks, answered from what really decides; every other object as it is. */
export function answerReview(object: KubeObject, user: UserInfo): KubeObject {
  if (isAccessReview(object)) {
    const allowed = isAllowed(user, accessOf(object));
    return { ...object, status: { allowed, reason: '' } } as SelfSubjectAccessReview;
  }
  if (isRulesReview(object)) return { ...object, status: rulesOf(user) } as SelfSubjectRulesReview;
  return object;
}

function isAccessReview(object: KubeObject): object is SelfSubjectAccessReview {
  return object.kind === 'SelfSubjectAccessReview';
}

function isRulesReview(object: KubeObject): object is SelfSubjectRulesReview {
  return object.kind === 'SelfSubjectRulesReview';
}

function accessOf({ spec }: SelfSubjectAccessReview): AccessRequest {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined) return resourceAccess(resourceAttributes);
  return { verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
}

function resourceAccess(attributes: ResourceAttributes): AccessRequest {
  const { verb = '', group = '', resource = '', subresource = '', namespace = '', name = '' } = attributes;
  return { verb, group, resource, subresource, namespace, name };
}

function rulesOf({ groups }: UserInfo): NonNullable<SelfSubjectRulesReview['status']> {
  if (groups.includes('system:masters')) {
    return {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    };
  }
  const reviews = [
    { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'] },
    {
      apiGroups: ['authorization.k8s.io'],
      resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    },
  ];
  return {
    resourceRules: reviews.map((rule) => ({ verbs: ['create'], ...rule })),
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: DISCOVERY_PATHS }],
    incomplete: false,
  };
}
