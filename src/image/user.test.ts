import { describe, expect, test } from 'vitest';
import { parseGroup, parsePasswd } from './accounts.ts';
import { groupsOf, imageGroup, lookUpGroup, lookUpUser, parseImageUser } from './user.ts';

describe('the user of an image', () => {
  test.each([
    ['', { kind: 'none' }],
    [':1000', { kind: 'none' }],
    ['0', { kind: 'numeric', uid: 0 }],
    ['1654:2000', { kind: 'numeric', uid: 1654 }],
    ['-1', { kind: 'numeric', uid: -1 }],
    ['+7', { kind: 'numeric', uid: 7 }],
    ['app:grp', { kind: 'name', name: 'app' }],
    ['1000a', { kind: 'name', name: '1000a' }],
    ['99999999999999999999', { kind: 'name', name: '99999999999999999999' }],
  ])('USER %j is read as containerd reads it', (text, expected) => {
    expect(parseImageUser(text)).toEqual(expected);
  });

  test('the group part stands behind the first colon', () => {
    expect([imageGroup('a:b'), imageGroup('a:'), imageGroup('a'), imageGroup(':5')]).toEqual([
      'b',
      undefined,
      undefined,
      '5',
    ]);
  });
});

describe('passwd and group', () => {
  test('missing fields count as nothing, comments and empty lines are left out', () => {
    const text = '# comment\n\n  app:x:1:2:Name:/home:/bin/sh\r\nshort\nbad:x:abc:-\n';
    expect(parsePasswd(text).map(({ name, uid, gid, shell }) => [name, uid, gid, shell])).toEqual([
      ['app', 1, 2, '/bin/sh'],
      ['short', 0, 0, ''],
      ['bad', 0, 0, ''],
    ]);
    expect(parseGroup('g:x:5:a,b,\nempty:x:6:\n')).toEqual([
      { name: 'g', gid: 5, members: ['a', 'b'] },
      { name: 'empty', gid: 6, members: [] },
    ]);
  });

  test('users and groups are found by name or number, the first entry wins', () => {
    const accounts = {
      passwd: parsePasswd('a:x:5:1\nb:x:5:2\n7:x:9:3\n'),
      group: parseGroup('one:x:1:b\ntwo:x:2:a,b\n'),
    };
    expect(lookUpUser(accounts, 5)?.name).toBe('a');
    expect(lookUpUser(accounts, 'b')?.gid).toBe(2);
    expect(lookUpUser(accounts, '5')?.name).toBe('a');
    expect(lookUpUser(accounts, '7')?.uid).toBe(9);
    expect(lookUpUser(accounts, 'none')).toBeUndefined();
    expect(lookUpGroup(accounts, 'two')?.gid).toBe(2);
    expect(lookUpGroup(accounts, '1')?.name).toBe('one');
    expect(groupsOf(accounts, 'b')).toEqual([1, 2]);
  });
});
