import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../../test/support/confine-inputs.ts';
import { formatFieldPath } from '../../core/field-path.ts';
import type { Finding } from '../../core/finding.ts';
import type { SecurityContext } from '../../kube/pod.ts';
import { CAPABILITIES } from '../capability.ts';
import { confine } from '../confine.ts';

function findingsOf(parts: InputParts): readonly Finding[] {
  return confine(inputOf(parts)).findings;
}

function find(code: string, parts: InputParts): Finding | undefined {
  return findingsOf(parts).find((finding) => finding.code === code);
}

/** What a careful author writes: nothing is left to say. */
const careful: SecurityContext = {
  runAsUser: 1654,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};
const asUser = (securityContext: SecurityContext): InputParts => ({
  container: { securityContext: { ...careful, ...securityContext } },
});
const privileged = (securityContext: SecurityContext = {}): InputParts => ({
  container: { securityContext: { privileged: true, ...securityContext } },
});
const base = 'spec.containers[0].securityContext';

test('a careful context gives no findings', () => {
  expect(findingsOf(asUser({}))).toEqual([]);
});

const all = ['containerd', 'cri-o'] as const;

test.each<readonly [string, InputParts, Finding['severity'], string]>([
  ['implicit-root', {}, 'warning', `${base}.runAsUser`],
  [
    'image-user-unknown',
    { user: null, spec: { securityContext: { runAsNonRoot: true } } },
    'warning',
    'spec.securityContext.runAsUser',
  ],
  [
    'run-as-non-root-overridden',
    {
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [{ name: 'app', securityContext: { runAsNonRoot: false } }],
      },
    },
    'warning',
    `${base}.runAsNonRoot`,
  ],
  ['image-group-lost', { user: '1000:2000' }, 'warning', `${base}.runAsGroup`],
  ['root-group', asUser({ runAsUser: 4711 }), 'note', `${base}.runAsGroup`],
  [
    'id-outside-user-namespace',
    { spec: { hostUsers: false, securityContext: { runAsUser: 70_000, runAsGroup: 1 } } },
    'warning',
    'spec.securityContext.runAsUser',
  ],
  [
    'capabilities-without-root',
    asUser({ capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }),
    'warning',
    `${base}.capabilities.add`,
  ],
  [
    'capabilities-without-root',
    asUser({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
    'note',
    `${base}.capabilities.add`,
  ],
  [
    'capability-prefix',
    asUser({ capabilities: { drop: ['CAP_NET_RAW'] } }),
    'warning',
    `${base}.capabilities`,
  ],
  ['unknown-capability', asUser({ capabilities: { add: ['FLY'] } }), 'warning', `${base}.capabilities`],
  [
    'capability-unavailable',
    { ...privileged(), platform: { capabilities: CAPABILITIES.filter((name) => name !== 'SYS_RESOURCE') } },
    'warning',
    `${base}.privileged`,
  ],
  [
    'capabilities-ignored',
    privileged({ capabilities: { drop: ['ALL'] } }),
    'warning',
    `${base}.capabilities`,
  ],
  [
    'seccomp-ignored',
    privileged({ seccompProfile: { type: 'RuntimeDefault' } }),
    'warning',
    `${base}.seccompProfile`,
  ],
  [
    'privileged-read-only-root',
    privileged({ readOnlyRootFilesystem: true }),
    'warning',
    `${base}.readOnlyRootFilesystem`,
  ],
  [
    'read-only-root-without-volume',
    asUser({ readOnlyRootFilesystem: true }),
    'note',
    `${base}.readOnlyRootFilesystem`,
  ],
  ['privilege-escalation-possible', { user: '1654' }, 'note', `${base}.allowPrivilegeEscalation`],
  [
    'apparmor-unavailable',
    { ...asUser({ appArmorProfile: { type: 'RuntimeDefault' } }), platform: { assumed: false } },
    'warning',
    `${base}.appArmorProfile`,
  ],
  [
    'apparmor-unavailable',
    asUser({ appArmorProfile: { type: 'RuntimeDefault' } }),
    'note',
    `${base}.appArmorProfile`,
  ],
  [
    'selinux-unavailable',
    { ...asUser({ seLinuxOptions: { level: 's0' } }), platform: { assumed: false } },
    'warning',
    `${base}.seLinuxOptions`,
  ],
  [
    'oom-score-adj-clamped',
    {
      container: { resources: { limits: { cpu: 1, memory: '1Gi' } } },
      platform: { canRaiseLimits: false, oomScoreAdj: 0 },
    },
    'warning',
    'spec.containers[0].resources',
  ],
])('%s: %j', (code, parts, severity, path) => {
  const finding = find(code, parts);
  expect(finding).toMatchObject({ code, severity, container: 'app' });
  expect(finding && formatFieldPath(finding.path)).toBe(path);
});

describe('no finding where the author is right', () => {
  test.each<readonly [string, InputParts]>([
    ['implicit-root', asUser({ runAsUser: 0 })],
    ['implicit-root', { user: 'app' }],
    ['implicit-root', { user: null }],
    ['image-group-lost', { user: 'app:1655' }],
    ['image-group-lost', { user: '1654:1655' }],
    ['root-group', asUser({ runAsUser: 1654 })],
    [
      'capabilities-without-root',
      { container: { securityContext: { capabilities: { add: ['NET_ADMIN'] } } } },
    ],
    [
      'capability-prefix',
      { ...asUser({ capabilities: { add: ['CAP_KILL'] } }), platform: { profile: all[1] } },
    ],
    [
      'read-only-root-without-volume',
      {
        spec: {
          volumes: [{ name: 'tmp', emptyDir: {} }],
          containers: [
            {
              name: 'app',
              securityContext: { readOnlyRootFilesystem: true },
              volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
            },
          ],
        },
      },
    ],
    ['privilege-escalation-possible', {}],
  ])('%s: %j', (code, parts) => {
    expect(find(code, parts)).toBeUndefined();
  });
});

test('a lost prefix is told with the right spelling', () => {
  const finding = find('capability-prefix', asUser({ capabilities: { add: ['CAP_NET_ADMIN', 'cap_kill'] } }));
  expect(finding?.advice).toBe('write NET_ADMIN, KILL');
});

test('a lost group is told with the gid', () => {
  expect(find('image-group-lost', { user: '1000:2000' })?.advice).toBe('write runAsGroup: 2000');
});

test('root that is refused is not told again, and root of a user namespace is only worth a note', () => {
  const refused = { spec: { securityContext: { runAsNonRoot: true } } };
  expect(find('implicit-root', refused)).toBeUndefined();
  expect(find('implicit-root', { spec: { hostUsers: false } })).toMatchObject({
    severity: 'note',
    message: 'runs as root of its user namespace, which is nobody outside of it',
  });
});

const withGroups = (count: number): InputParts => ({
  spec: { securityContext: { supplementalGroups: Array.from({ length: count }, (_, index) => index + 1) } },
});

test('more groups than the kernel takes are told before the runtime fails on them', () => {
  // The primary group, 0, is one of them.
  expect(find('too-many-groups', withGroups(65_535))).toBeUndefined();
  const found = find('too-many-groups', withGroups(65_536));
  expect(found?.message).toContain('65537 supplementary groups');
  expect(formatFieldPath(found?.path ?? [])).toBe('spec.securityContext.supplementalGroups');
});
