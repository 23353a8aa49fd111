import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { SecurityContext } from '../kube/pod.ts';
import { effectiveContext } from './effective-context.ts';
import { confineMaskedPaths, confineReadonlyPaths } from './paths.ts';
import type { Platform } from './platform.ts';

function pathsOf(securityContext: SecurityContext = {}, platform: Partial<Platform> = {}) {
  const input = inputOf({ container: { securityContext }, platform });
  const context = effectiveContext(input.pod, input.container);
  return { masked: confineMaskedPaths(input.platform, context), readonly: confineReadonlyPaths(context) };
}

test('by default what tells about the host is masked, and what changes it is read-only', () => {
  const { masked, readonly } = pathsOf();
  expect(masked.value).toHaveLength(12);
  expect(masked.value).toEqual(expect.arrayContaining(['/proc/kcore', '/proc/interrupts', '/sys/firmware']));
  expect(readonly.value).toEqual(['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger']);
});

test('the thermal throttle files of this machine are masked as well', () => {
  const path = '/sys/devices/system/cpu/cpu0/thermal_throttle';
  expect(pathsOf({}, { thermalThrottlePaths: [path] }).masked.value).toContain(path);
});

test('CRI-O masks one more, and adds nothing to what is read-only', () => {
  const kubelet = pathsOf();
  const { masked, readonly } = pathsOf({}, { profile: 'cri-o' });
  expect(masked.value).toEqual([...kubelet.masked.value, '/sys/fs/selinux']);
  expect(readonly.value).toEqual(kubelet.readonly.value);
});

describe.each<readonly [SecurityContext, string]>([
  [{ privileged: true }, 'privileged'],
  [{ procMount: 'Unmasked' }, 'procMount'],
])('%j', (securityContext, field) => {
  test.each(['containerd', 'cri-o'] as const)('empties both lists with %s', (profile) => {
    const { masked, readonly } = pathsOf(securityContext, { profile });
    expect([masked.value, readonly.value]).toEqual([[], []]);
    expect(describeOrigin(masked.from)).toBe(`spec.containers[0].securityContext.${field}`);
  });
});
