import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { PodSecurityContext, PodSpec, SecurityContext } from '../kube/pod.ts';
import { CAPABILITIES } from './capability.ts';
import { confine, startVerdict } from './confine.ts';

const securityContextOf = (securityContext: SecurityContext): InputParts => ({
  container: { securityContext },
});

describe('no_new_privs', () => {
  test.each<readonly [SecurityContext, boolean, string]>([
    [{}, false, 'kubernetes default (allowPrivilegeEscalation not set)'],
    [{ runAsNonRoot: true }, false, 'kubernetes default (allowPrivilegeEscalation not set)'],
    [
      { allowPrivilegeEscalation: false },
      true,
      'spec.containers[0].securityContext.allowPrivilegeEscalation',
    ],
    [
      { allowPrivilegeEscalation: true },
      false,
      'spec.containers[0].securityContext.allowPrivilegeEscalation',
    ],
  ])('%j: %s', (securityContext, value, from) => {
    const { noNewPrivileges } = confine(inputOf(securityContextOf(securityContext))).confinement;
    expect(noNewPrivileges.value).toBe(value);
    expect(describeOrigin(noNewPrivileges.from)).toBe(from);
  });
});

test('privileged opens everything at once', () => {
  const { confinement } = confine(inputOf(securityContextOf({ privileged: true })));
  expect(confinement).toMatchObject({
    privileged: { value: true },
    devices: { value: { allow: 'all' } },
    seccomp: { value: { mode: 'unconfined' } },
    capabilities: { value: { bounding: CAPABILITIES, effective: CAPABILITIES } },
    maskedPaths: { value: [] },
    readonlyPaths: { value: [] },
  });
});

test('readOnlyRootFilesystem makes the root read-only', () => {
  const { rootFilesystem } = confine(
    inputOf(securityContextOf({ readOnlyRootFilesystem: true })),
  ).confinement;
  expect(rootFilesystem.value).toEqual({ readOnly: true });
});

test('the confinement names its container', () => {
  expect(confine(inputOf()).confinement).toMatchObject({
    container: 'app',
    type: 'container',
    profile: 'containerd',
  });
});

const id = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const capabilityNames = fc.array(
  fc.oneof(fc.constantFrom(...CAPABILITIES, 'ALL', 'all', 'CAP_KILL'), fc.string()),
  { maxLength: 6 },
);
const shared = {
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: fc.boolean(),
  seccompProfile: fc.record(
    { type: fc.constantFrom('Unconfined', 'RuntimeDefault', 'Localhost'), localhostProfile: fc.string() },
    { requiredKeys: ['type'] },
  ),
  appArmorProfile: fc.record({ type: fc.constantFrom('Unconfined', 'RuntimeDefault', 'Localhost') }),
  seLinuxOptions: fc.record({ level: fc.string() }),
} as const;
const securityContext: fc.Arbitrary<SecurityContext> = fc.record(
  {
    ...shared,
    allowPrivilegeEscalation: fc.boolean(),
    privileged: fc.boolean(),
    readOnlyRootFilesystem: fc.boolean(),
    capabilities: fc.record({ add: capabilityNames, drop: capabilityNames }, { requiredKeys: [] }),
    procMount: fc.constantFrom('Default', 'Unmasked'),
  },
  { requiredKeys: [] },
);
const podSecurityContext: fc.Arbitrary<PodSecurityContext> = fc.record(
  {
    ...shared,
    fsGroup: id,
    supplementalGroups: fc.array(id),
    supplementalGroupsPolicy: fc.constantFrom('Merge', 'Strict'),
    sysctls: fc.array(fc.record({ name: fc.string(), value: fc.string() })),
  },
  { requiredKeys: [] },
);
const spec: fc.Arbitrary<Partial<PodSpec>> = fc.record(
  {
    hostUsers: fc.boolean(),
    hostNetwork: fc.boolean(),
    hostPID: fc.boolean(),
    hostIPC: fc.boolean(),
    shareProcessNamespace: fc.boolean(),
    securityContext: podSecurityContext,
  },
  { requiredKeys: [] },
);
const input = fc
  .record({
    spec,
    securityContext,
    user: fc.option(fc.oneof(fc.constantFrom('', 'app', 'root', '0', '1000:2000'), fc.string())),
    accounts: fc.constantFrom(null, undefined),
    profile: fc.constantFrom('containerd', 'cri-o'),
    capabilities: fc.subarray([...CAPABILITIES]),
  })
  .map(({ spec, securityContext, user, accounts, profile, capabilities }) =>
    inputOf({
      spec,
      container: { securityContext },
      user,
      ...(accounts === null && { accounts }),
      platform: { profile, capabilities },
    }),
  );

describe('whatever a pod says', () => {
  test('confine and startVerdict answer, and every set lies within the bounding set', () => {
    fc.assert(
      fc.property(input, (it) => {
        const { confinement, findings } = confine(it);
        const { bounding, ...held } = confinement.capabilities.value;
        for (const set of Object.values(held)) expect(bounding).toEqual(expect.arrayContaining([...set]));
        expect(new Set(findings.map(({ code }) => code)).size).toBe(findings.length);
        expect(startVerdict(it).ok).toBeTypeOf('boolean');
      }),
    );
  });

  test('the groups contain the primary one, each once', () => {
    fc.assert(
      fc.property(input, (it) => {
        const { gid, groups } = confine(it).confinement.user.value;
        if (gid !== null) expect(groups).toContain(gid);
        expect(new Set(groups).size).toBe(groups.length);
      }),
    );
  });

  test('only a privileged container has devices, open paths or no profile against its wish', () => {
    fc.assert(
      fc.property(input, (it) => {
        const { privileged, devices, readonlyPaths, namespaces } = confine(it).confinement;
        expect(devices.value.allow === 'all').toBe(privileged.value);
        if (privileged.value) expect(readonlyPaths.value).toEqual([]);
        expect(namespaces.user.value.mode).toBe(it.pod.spec.hostUsers === false ? 'pod' : 'host');
      }),
    );
  });

  test('every manifest origin lies in the pod', () => {
    fc.assert(
      fc.property(input, (it) => {
        const { user, capabilities, seccomp, noNewPrivileges } = confine(it).confinement;
        for (const { from } of [user, capabilities, seccomp, noNewPrivileges]) {
          if (from.kind !== 'manifest') continue;
          let value: unknown = it.pod;
          for (const step of from.path) value = Reflect.get(Object(value), step);
          expect(value).toBeDefined();
        }
      }),
    );
  });
});
