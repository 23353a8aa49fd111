import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { ApiError } from '../../kube/status.ts';
import type { UserInfo } from '../resource-kind.ts';
import { impersonate } from './impersonate.ts';

/** How a request can prove who makes it, beyond a certificate of our authority. */
export interface Authenticator {
  /** The administrator's. */
  readonly token: string;
  /** A service account's token. */
  readonly verifyToken: (token: string) => UserInfo | undefined;
}

const ADMINISTRATOR: UserInfo = {
  username: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
};

/** Who asks. Throws `Unauthorized` for everybody who proves nothing, and for anything that is wrong. */
export function authenticate(request: IncomingMessage, authenticator: Authenticator): UserInfo {
  const user = userOfCertificate(request) ?? userOfToken(request, authenticator);
  if (user === undefined) throw new ApiError('Unauthorized', 'Unauthorized');
  return impersonate(user, request.headers);
}

/** CN is the user, O the groups. `authorized`: our authority has signed it, and it is in its time. */
function userOfCertificate({ socket }: IncomingMessage): UserInfo | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  const { subject } = socket.getPeerCertificate();
  // Absent when a session is resumed without its certificate.
  const username: unknown = subject?.CN;
  if (typeof username !== 'string' || username === '') return undefined;
  const organizations: unknown = subject.O ?? [];
  const groups = [organizations].flat().filter((it) => typeof it === 'string');
  return { username, groups: [...groups, 'system:authenticated'] };
}

function userOfToken(request: IncomingMessage, authenticator: Authenticator): UserInfo | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return undefined;
  return isEqual(token, authenticator.token) ? ADMINISTRATOR : authenticator.verifyToken(token);
}

/** In a time that tells nothing of where they differ. */
function isEqual(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
