import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import type { SecurityContext } from '../kube/pod.ts';
import type { Profile } from './confinement.ts';
import { effectiveContext } from './effective-context.ts';
import { confineAppArmor, confineSeLinux } from './lsm.ts';

interface Node {
  readonly profile?: Profile;
  readonly appArmor?: boolean;
  readonly seLinux?: boolean;
}

function labelsOf(securityContext: SecurityContext, node: Node) {
  const { pod, container, platform } = inputOf({ container: { securityContext }, platform: node });
  const context = effectiveContext(pod, container);
  return {
    appArmor: confineAppArmor(platform, context).value,
    seLinux: confineSeLinux(platform, context).value,
  };
}

describe('AppArmor', () => {
  test.each<readonly [string, SecurityContext, Node, object]>([
    ['a node without it applies none', { appArmorProfile: { type: 'RuntimeDefault' } }, {}, { mode: 'none' }],
    [
      'asked for nothing: containerd’s own',
      {},
      { appArmor: true },
      { mode: 'label', label: 'cri-containerd.apparmor.d' },
    ],
    [
      'asked for nothing: CRI-O’s own',
      {},
      { appArmor: true, profile: 'cri-o' },
      { mode: 'label', label: 'crio-default' },
    ],
    ['Unconfined', { appArmorProfile: { type: 'Unconfined' } }, { appArmor: true }, { mode: 'unconfined' }],
    [
      'Localhost',
      { appArmorProfile: { type: 'Localhost', localhostProfile: 'strict' } },
      { appArmor: true },
      { mode: 'label', label: 'strict' },
    ],
    ['privileged', { privileged: true }, { appArmor: true }, { mode: 'unconfined' }],
  ])('%s', (_, securityContext, node, expected) => {
    expect(labelsOf(securityContext, node).appArmor).toEqual(expected);
  });
});

describe('SELinux', () => {
  test.each<readonly [string, SecurityContext, Node, object]>([
    ['a node without it applies none', { seLinuxOptions: { level: 's0:c1' } }, {}, { mode: 'none' }],
    [
      'asked for nothing',
      {},
      { seLinux: true },
      { mode: 'label', label: 'system_u:system_r:container_t:s0' },
    ],
    [
      'only a level',
      { seLinuxOptions: { level: 's0:c1,c2' } },
      { seLinux: true },
      { mode: 'label', label: 'system_u:system_r:container_t:s0:c1,c2' },
    ],
    ['privileged', { privileged: true }, { seLinux: true }, { mode: 'unconfined' }],
  ])('%s', (_, securityContext, node, expected) => {
    expect(labelsOf(securityContext, node).seLinux).toEqual(expected);
  });
});
