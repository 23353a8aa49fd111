import { describe, expect, test } from 'vitest';
import { type InputParts, inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { ProcessUser, Profile } from './confinement.ts';
import { effectiveContext } from './effective-context.ts';
import { confineUser } from './user.ts';

function userOf(parts: InputParts, profile: Profile = 'containerd') {
  const input = inputOf({ ...parts, platform: { ...parts.platform, profile } });
  return confineUser(input, effectiveContext(input.pod, input.container));
}

type Row = readonly [string, InputParts, Omit<ProcessUser, 'groups'>, readonly number[], string];

const rows: readonly Row[] = [
  ['no USER: root, with its groups', {}, { uid: 0, gid: 0, username: 'root' }, [0, 10], 'image USER (none)'],
  [
    'a named USER: uid and gid of its passwd entry',
    { user: 'app' },
    { uid: 1654, gid: 1655, username: 'app' },
    [50, 1655],
    'image USER app, /etc/passwd',
  ],
  [
    'a numeric USER in passwd: the gid of that entry',
    { user: '1654' },
    { uid: 1654, gid: 1655, username: 'app' },
    [50, 1655],
    'image USER 1654',
  ],
  [
    'a numeric USER not in passwd: group 0',
    { user: '4711' },
    { uid: 4711, gid: 0, username: null },
    [0],
    'image USER 4711',
  ],
  [
    'USER uid:gid loses its gid',
    { user: '4711:2000' },
    { uid: 4711, gid: 0, username: null },
    [0],
    'image USER 4711',
  ],
  [
    'runAsUser wins over the image',
    { user: 'app', spec: { securityContext: { runAsUser: 1010 } } },
    { uid: 1010, gid: 0, username: null },
    [0],
    'spec.securityContext.runAsUser',
  ],
  [
    'runAsGroup wins over passwd',
    { user: 'app', container: { securityContext: { runAsGroup: 3000 } } },
    { uid: 1654, gid: 3000, username: 'app' },
    [50, 3000],
    'image USER app, /etc/passwd',
  ],
  [
    'config only, numeric USER: its group cannot be known',
    { user: '1654', accounts: null },
    { uid: 1654, gid: null, username: null },
    [],
    'image USER 1654',
  ],
  [
    'config only, named USER: nothing can be known',
    { user: 'app', accounts: null },
    { uid: null, gid: null, username: null },
    [],
    'image USER app',
  ],
  [
    'config only, no USER: root has group 0',
    { accounts: null },
    { uid: 0, gid: 0, username: null },
    [0],
    'image USER (none)',
  ],
  [
    'no image: root is assumed',
    { user: null },
    { uid: 0, gid: 0, username: null },
    [0],
    'image unknown, root assumed',
  ],
  [
    'no image, but runAsNonRoot: who it is cannot be known',
    { user: null, spec: { securityContext: { runAsNonRoot: true } } },
    { uid: null, gid: null, username: null },
    [],
    'image unknown',
  ],
];

test.each(rows)('%s', (_, parts, expected, groups, from) => {
  const { user } = userOf(parts);
  expect(user.value).toEqual({ ...expected, groups });
  expect(describeOrigin(user.from)).toBe(from);
});

describe('groups', () => {
  const merge = { user: 'app', spec: { securityContext: { fsGroup: 70, supplementalGroups: [60, 50, 60] } } };
  const strict = {
    ...merge,
    spec: { securityContext: { ...merge.spec.securityContext, supplementalGroupsPolicy: 'Strict' } },
  } as const;

  test.each([
    ['containerd merges and sorts', 'containerd', merge, [50, 60, 70, 1655]],
    [
      'containerd Strict leaves out the image’s groups',
      'containerd',
      { ...strict, user: 'root' },
      [0, 50, 60, 70],
    ],
    ['CRI-O: primary, the image’s, fsGroup, the manifest’s', 'cri-o', merge, [1655, 50, 70, 60]],
    ['CRI-O Strict: primary, fsGroup, the manifest’s', 'cri-o', strict, [1655, 70, 60, 50]],
  ] as const)('%s', (_, profile, parts, groups) => {
    expect(userOf(parts, profile).user.value.groups).toEqual(groups);
  });

  test('the primary group is always among them', () => {
    expect(userOf({ spec: { securityContext: { runAsUser: 5, runAsGroup: 6 } } }).user.value.groups).toEqual([
      6,
    ]);
  });

  test('each part tells its own origin', () => {
    const { origins } = userOf({ user: 'app', spec: { securityContext: { fsGroup: 70 } } });
    expect(describeOrigin(origins.gid)).toBe('image /etc/passwd');
    expect(describeOrigin(origins.groups)).toBe('spec.securityContext.fsGroup');
  });
});
