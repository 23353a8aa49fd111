import { describe, expect, it } from 'vitest';
import {
  describeCapabilities,
  describeSeccomp,
  describeUser,
  describeUserNamespace,
  describeValue,
  shortOrigin,
} from './describe-value.ts';

describe('a value in words', () => {
  it.each([
    [{ uid: 0, gid: 0, groups: [0], username: 'root' }, '0:0 root'],
    [{ uid: 0, gid: 0, groups: [0, 10], username: null }, '0:0 root, groups 10'],
    [{ uid: 1654, gid: 1654, groups: [1654], username: 'app' }, '1654:1654 app'],
    [{ uid: 1010, gid: null, groups: [], username: null }, '1010, group unknown'],
    [{ uid: null, gid: null, groups: [2000], username: null }, 'unknown'],
  ])('user %j', (value, text) => {
    expect(describeUser(value)).toBe(text);
  });

  it.each([
    [{ bounding: [], effective: [] }, 'none'],
    [{ bounding: ['KILL'], effective: ['KILL'] }, 'KILL'],
    [{ bounding: ['KILL', 'CHOWN'], effective: [] }, 'none effective; KILL, CHOWN in the bounding set'],
    [{ bounding: ['A', 'B', 'C', 'D', 'E'], effective: ['A'] }, 'A effective, 5 in the bounding set'],
  ])('capabilities %j', (value, text) => {
    expect(describeCapabilities(value)).toBe(text);
  });

  it('of a user who is not known only the bounding set is', () => {
    expect(describeCapabilities({ bounding: ['KILL'], effective: [] }, false)).toBe(
      'unknown; KILL in the bounding set',
    );
    expect(describeCapabilities({ bounding: [], effective: [] }, false)).toBe('none');
  });

  it.each([
    [{ mode: 'unconfined' }, 'unconfined'],
    [{ mode: 'filter', profile: 'RuntimeDefault' }, 'filter, RuntimeDefault'],
    [{ mode: 'filter', profile: 'Localhost', localhostProfile: 'a/b.json' }, 'filter, Localhost a/b.json'],
  ])('seccomp %j', (value, text) => {
    expect(describeSeccomp(value)).toBe(text);
  });

  it.each([
    [{ mode: 'host' }, "the host's"],
    [{ mode: 'pod', size: 65536, hostId: null }, 'own, 65536 ids'],
    [{ mode: 'pod', size: 65536, hostId: 131072 }, '0 -> 131072, 65536 ids'],
  ])('user namespace %j', (value, text) => {
    expect(describeUserNamespace(value)).toBe(text);
  });

  it.each([
    [null, 'none'],
    [[], 'none'],
    [[1, 2], '1, 2'],
    [true, 'yes'],
    [{ soft: 1, hard: null }, 'soft 1, hard none'],
    ['', '""'],
  ])('anything else: %j', (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it.each([
    ['spec.template.spec.containers[0].securityContext.privileged', 'container privileged'],
    ['spec.initContainers[12].securityContext', 'container securityContext'],
    ['spec.jobTemplate.spec.template.spec.securityContext.runAsUser', 'pod runAsUser'],
    ['spec.hostUsers', 'pod hostUsers'],
    ['kubernetes default (hostUsers not set)', 'hostUsers not set'],
    ['image USER 1654', 'image USER 1654'],
    ['runtime default (containerd)', 'runtime default (containerd)'],
  ])('origin %s', (from, text) => {
    expect(shortOrigin(from)).toBe(text);
  });
});
