import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../kube/status.ts';
import type { UserInfo } from '../resource-kind.ts';

/**
 * The user that `kubectl --as` asks to be taken for. Only `system:masters` may; were the headers ignored, a question
 * about somebody else would be answered for the administrator.
 */
export function impersonate(user: UserInfo, headers: IncomingHttpHeaders): UserInfo {
  const username = textOf(headers['impersonate-user']);
  const groups = splitHeader(headers['impersonate-group']);
  const uid = textOf(headers['impersonate-uid']);
  if (username === '') {
    if (groups.length === 0 && uid === '') return user;
    throw new ApiError(
      'BadRequest',
      'requested impersonation of groups or a uid without impersonating a user',
    );
  }
  if (!user.groups.includes('system:masters')) {
    throw new ApiError(
      'Forbidden',
      `users ${JSON.stringify(username)} is forbidden: User ${JSON.stringify(user.username)} cannot impersonate resource "users" in API group "" at the cluster scope`,
      { name: username, kind: 'users' },
    );
  }
  const given = groups.length > 0 ? groups : groupsOfServiceAccount(username);
  return {
    username,
    ...(uid !== '' && { uid }),
    groups: [
      ...new Set([...given, username === ANONYMOUS ? 'system:unauthenticated' : 'system:authenticated']),
    ],
  };
}

const ANONYMOUS = 'system:anonymous';

function groupsOfServiceAccount(username: string): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(username) ?? [];
  return namespace === undefined ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** Node joins repeated headers with commas. */
function splitHeader(header: string | string[] | undefined): readonly string[] {
  return textOf(header)
    .split(',')
    .map((it) => it.trim())
    .filter((it) => it !== '');
}

function textOf(header: string | string[] | undefined): string {
  return [header ?? []].flat().join(',');
}
