import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import {
  confineCapabilities,
  defaultCapabilities,
  missingCapabilities,
  resolveCapabilities,
} from './capabilities.ts';
import { CAPABILITIES, formatCapabilityMask } from './capability.ts';
import type { Profile } from './confinement.ts';
import { effectiveContext } from './effective-context.ts';

const profiles: readonly Profile[] = ['containerd', 'cri-o'];

test('the defaults: 14 with containerd, 9 with CRI-O', () => {
  expect(formatCapabilityMask(defaultCapabilities.containerd)).toBe('00000000a80425fb');
  expect(defaultCapabilities['cri-o']).toHaveLength(9);
});

const without = (...names: readonly string[]) => CAPABILITIES.filter((name) => !names.includes(name));

describe.each(profiles)('%s', (profile) => {
  const bounding = (add: readonly string[], drop: readonly string[] = []) =>
    resolveCapabilities({ add, drop }, profile).bounding;

  test.each([
    ['drop ALL leaves nothing', [], ['ALL'], []],
    ['drop ALL, add one: exactly that', ['NET_BIND_SERVICE'], ['ALL'], ['NET_BIND_SERVICE']],
    ['add ALL: everything', ['ALL'], [], CAPABILITIES],
    ['add ALL, drop one: everything else', ['ALL'], ['SYS_ADMIN'], without('SYS_ADMIN')],
    ['ALL in both: only what is added by name', ['ALL', 'KILL'], ['ALL'], ['KILL']],
    ['the same in both: drop wins', ['KILL'], ['ALL', 'KILL'], []],
    ['ALL in any case', [], ['all'], []],
    ['names in any case', ['net_admin'], ['ALL'], ['NET_ADMIN']],
  ])('%s', (_, add, drop, expected) => {
    expect(bounding(add, drop)).toEqual(expected);
  });

  test('an added one comes to the defaults', () => {
    expect(bounding(['SYS_TIME'])).toEqual(
      expect.arrayContaining(['SYS_TIME', ...defaultCapabilities[profile]]),
    );
  });

  test('whatever is asked, a dropped one is not there', () => {
    const names = fc.array(fc.constantFrom(...CAPABILITIES, 'ALL'));
    fc.assert(
      fc.property(names, names, (add, drop) => {
        const dropped = drop.filter((name) => name !== 'ALL');
        expect(bounding(add, drop).filter((name) => dropped.includes(name))).toEqual([]);
      }),
    );
  });
});

test('CAP_ in front: containerd loses the name, CRI-O understands it', () => {
  const asked = { add: ['CAP_NET_ADMIN'], drop: ['ALL'] };
  expect(resolveCapabilities(asked, 'containerd')).toEqual({
    bounding: [],
    unknown: { add: ['CAP_NET_ADMIN'], drop: [] },
  });
  expect(resolveCapabilities(asked, 'cri-o').bounding).toEqual(['NET_ADMIN']);
  // CRI-O compares without case, and its spec generator then writes capitals.
  const lower = { add: ['cap_net_admin'], drop: ['ALL'] };
  expect(resolveCapabilities(lower, 'cri-o').bounding).toEqual(['NET_ADMIN']);
});

function setsOf(uid: number, profile: Profile, securityContext: object = {}, platform: object = {}) {
  const input = inputOf({ container: { securityContext }, platform: { profile, ...platform } });
  return confineCapabilities(input, effectiveContext(input.pod, input.container), uid).value;
}

describe('after exec', () => {
  test('root has what is in its bounding set', () => {
    const sets = setsOf(0, 'containerd', { capabilities: { drop: ['ALL'], add: ['KILL'] } });
    expect(sets).toEqual({
      bounding: ['KILL'],
      effective: ['KILL'],
      permitted: ['KILL'],
      inheritable: [],
      ambient: [],
    });
  });
  test('anybody else has nothing but the bounding set', () => {
    const sets = setsOf(1000, 'containerd', { capabilities: { drop: ['ALL'], add: ['KILL'] } });
    expect(sets).toEqual({ bounding: ['KILL'], effective: [], permitted: [], inheritable: [], ambient: [] });
  });
  test('privileged with containerd is as empty for anybody but root', () => {
    expect(setsOf(1000, 'containerd', { privileged: true })).toMatchObject({
      bounding: CAPABILITIES,
      effective: [],
    });
  });
  test('privileged with CRI-O fills all five sets', () => {
    const sets = setsOf(1000, 'cri-o', { privileged: true });
    expect(Object.values(sets)).toEqual(Array.from({ length: 5 }, () => CAPABILITIES));
  });
  test('what the machine lacks is not there', () => {
    const capabilities = without('SYS_RESOURCE');
    expect(setsOf(0, 'containerd', { privileged: true }, { capabilities }).bounding).toEqual(capabilities);
  });
});

function missing(input: ReturnType<typeof inputOf>) {
  return missingCapabilities(input, effectiveContext(input.pod, input.container));
}

test('in a user namespace the machine lacks nothing', () => {
  const parts = {
    container: { securityContext: { privileged: true } },
    platform: { capabilities: without('SYS_RESOURCE') },
  };
  expect(missing(inputOf(parts))).toEqual(['SYS_RESOURCE']);
  const { pod } = inputOf(parts);
  const inside = inputOf({ ...parts, spec: { ...pod.spec, hostUsers: false } });
  expect(missing(inside)).toEqual([]);
});
