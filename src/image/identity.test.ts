import { describe, expect, test } from 'vitest';
import { parseGroup, parsePasswd } from './accounts.ts';
import { identityOf } from './identity.ts';
import type { Image } from './image.ts';

const accounts = {
  passwd: parsePasswd('root:x:0:0::/:/bin/sh\nbin:x:2:2\napp:x:1654:1655::/:/bin/sh\n'),
  group: parseGroup('root:x:0:\nwheel:x:10:root,app\napp:x:1655:\n'),
};

function imageOf(User: string | undefined, known = true): Image {
  return {
    reference: 'x',
    digest: 'sha256:0',
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: User === undefined ? {} : { User },
      rootfs: { type: 'layers', diff_ids: [] },
    },
    accounts: known ? accounts : undefined,
  };
}

describe('identityOf', () => {
  test.each([
    [undefined, { uid: 0, gid: 0, groups: [0, 10], numeric: false, verifiableAsNonRoot: false }],
    ['0', { uid: 0, gid: 0, groups: [0, 10], numeric: true, verifiableAsNonRoot: false }],
    ['app', { uid: 1654, gid: 1655, groups: [10, 1655], numeric: false, verifiableAsNonRoot: false }],
    ['1654', { uid: 1654, gid: 1655, groups: [10, 1655], numeric: true, verifiableAsNonRoot: true }],
    ['4000', { uid: 4000, gid: 0, groups: [0], numeric: true, verifiableAsNonRoot: true }],
    ['4000:2000', { uid: 4000, gid: 0, groups: [0], numeric: true, verifiableAsNonRoot: true }],
    ['nobody', { uid: null, gid: null, groups: [], numeric: false, verifiableAsNonRoot: false }],
    ['2147483648', { numeric: true, verifiableAsNonRoot: false }],
  ])('USER %s runs as the runtimes run it', (user, expected) => {
    expect(identityOf(imageOf(user))).toMatchObject({ user: user ?? '', ...expected });
  });

  test('a name without its passwd at hand has no uid', () => {
    expect(identityOf(imageOf('app', false))).toMatchObject({ uid: null, gid: null, from: 'image USER app' });
  });

  test('the advice for a name is its uid, for root an account of the image, for a group how to keep it', () => {
    expect(identityOf(imageOf('app')).advice).toContain('runAsUser: 1654');
    expect(identityOf(imageOf('')).advice).toContain('runAsUser: 1654  (its passwd has app)');
    expect(identityOf(imageOf('1654:7')).advice).toContain('runAsGroup: 7');
    expect(identityOf(imageOf('1654')).advice).toBeUndefined();
  });
});
