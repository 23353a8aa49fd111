import { ApiError } from '../kube/status.ts';
import type { UserInfo } from './resource-kind.ts';

/** What somebody wants to do, as `authorization.k8s.io` describes it. */
export type AccessRequest =
  | {
      readonly verb: string;
      /** '' is the core group. */
      readonly group: string;
      readonly resource: string;
      readonly subresource: string;
      /** '' for all, or for what is in none. */
      readonly namespace: string;
      readonly name: string;
    }
  | { readonly verb: string; readonly path: string };

/** Upstream's `system:basic-user`: everybody may ask about themselves. */
const SELF_REVIEWS: ReadonlySet<string> = new Set([
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
]);

/** Upstream's `system:discovery`. */
export const DISCOVERY_PATHS: readonly string[] = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

/**
 * Whether it is allowed. There are no roles here: `system:masters` may do everything, and everybody else who is
 * authenticated what upstream allows without any role of their own.
 */
export function isAllowed(user: UserInfo, access: AccessRequest): boolean {
  if (user.groups.includes('system:masters')) return true;
  if (!user.groups.includes('system:authenticated')) return false;
  if ('path' in access) return access.verb === 'get' && isDiscovery(access.path);
  return access.verb === 'create' && SELF_REVIEWS.has(`${access.resource}.${access.group}`);
}

function isDiscovery(path: string): boolean {
  return DISCOVERY_PATHS.some((pattern) =>
    pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
  );
}

/** Throws `Forbidden` with upstream's words. */
export function authorize(user: UserInfo, access: AccessRequest): void {
  if (!isAllowed(user, access)) throw forbidden(user, access);
}

function forbidden({ username }: UserInfo, access: AccessRequest): ApiError {
  const who = `User ${JSON.stringify(username)} cannot ${access.verb}`;
  if ('path' in access) {
    return new ApiError('Forbidden', `forbidden: ${who} path ${JSON.stringify(access.path)}`, {});
  }
  const { group, resource, subresource, namespace, name } = access;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const subject = name === '' ? qualified : `${qualified} ${JSON.stringify(name)}`;
  const wanted = JSON.stringify(subresource === '' ? resource : `${resource}/${subresource}`);
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  return new ApiError(
    'Forbidden',
    `${subject} is forbidden: ${who} resource ${wanted} in API group ${JSON.stringify(group)} ${where}`,
    { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: resource },
  );
}
