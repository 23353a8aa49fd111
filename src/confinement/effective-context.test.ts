import { describe, expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import { fromManifest } from '../core/sourced.ts';
import { effectiveContext } from './effective-context.ts';

const both = inputOf({
  spec: {
    securityContext: {
      runAsUser: 1,
      runAsGroup: 2,
      runAsNonRoot: true,
      seccompProfile: { type: 'Localhost', localhostProfile: 'pod.json' },
      seLinuxOptions: { level: 's0:c1' },
    },
  },
});

test.each(['runAsUser', 'runAsGroup', 'runAsNonRoot', 'seccompProfile', 'seLinuxOptions'] as const)(
  '%s of the pod holds where the container says nothing',
  (field) => {
    const value = effectiveContext(both.pod, both.container)[field];
    expect(value).toEqual({
      value: both.pod.spec.securityContext?.[field],
      from: fromManifest('spec', 'securityContext', field),
    });
  },
);

describe('the container wins', () => {
  const securityContext = {
    runAsUser: 0,
    runAsNonRoot: false,
    seccompProfile: { type: 'RuntimeDefault' },
    privileged: true,
  } as const;
  const { pod, container } = both;
  const placed = { ...container, container: { ...container.container, securityContext } };
  const context = effectiveContext(pod, placed);

  test('also with 0 and false', () => {
    expect(context.runAsUser?.value).toBe(0);
    expect(context.runAsNonRoot?.value).toBe(false);
  });
  test('with the whole profile, of which nothing of the pod is left', () => {
    expect(context.seccompProfile?.value).toEqual({ type: 'RuntimeDefault' });
  });
  test('and is named as the origin', () => {
    expect(context.privileged.from).toEqual(
      fromManifest('spec', 'containers', 0, 'securityContext', 'privileged'),
    );
  });
  test('field by field: what it leaves out is the pod’s', () => {
    expect(context.runAsGroup?.value).toBe(2);
  });
});

test('nothing anywhere: defaults, and what has none is undefined', () => {
  const { pod, container } = inputOf();
  const context = effectiveContext(pod, container);
  expect(context.privileged.value).toBe(false);
  expect(context.readOnlyRootFilesystem.value).toBe(false);
  expect(context.runAsUser).toBeUndefined();
  expect(context.allowPrivilegeEscalation).toBeUndefined();
});

test('the old AppArmor annotation counts where no field does', () => {
  const annotations = { 'container.apparmor.security.beta.kubernetes.io/app': 'localhost/strict' };
  const { pod, container } = inputOf({ metadata: { annotations } });
  expect(effectiveContext(pod, container).appArmorProfile?.value).toEqual({
    type: 'Localhost',
    localhostProfile: 'strict',
  });
});
