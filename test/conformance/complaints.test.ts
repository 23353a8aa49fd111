import { describe, expect, test } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { OPEN_POLICY } from '../../src/admission/namespace-policy.ts';
import { suppress } from '../../src/core/check-finding.ts';
import type { SecurityContext } from '../../src/kube/pod.ts';
import {
  codesOf,
  containerOf,
  deniedBy,
  imageWith,
  predictOne,
  predictYaml,
} from '../support/predict-yaml.ts';

/** What people complain of in other tools' verdicts, each named by the thread in which they do. */

const hard: SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

interface PodParts {
  readonly spec?: object;
  readonly containers?: Readonly<Record<string, SecurityContext>>;
  readonly more?: object;
}

/** A pod of containers with those security contexts; every image is `web`. JSON is YAML. */
function pod({ spec = {}, containers = { web: hard }, more = {} }: PodParts = {}): string {
  const listed = Object.entries(containers).map(([name, securityContext]) => ({
    name,
    image: 'web',
    securityContext,
  }));
  const metadata = { name: 'web' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: listed, ...spec, ...more },
  });
}

const nonRoot = { securityContext: { runAsNonRoot: true } };
const asRoot = { web: imageWith({}, { app: 1000 }) };
const as1000 = { web: imageWith({ User: '1000' }, { app: 1000 }) };
const asApp = { web: imageWith({ User: 'app' }, { app: 1654 }) };

test('1. pod-security-admission#3: the verdict of admission, per version, without a cluster', async () => {
  const yaml = pod({ spec: nonRoot, containers: { web: { ...hard, runAsUser: 0 } } });
  const verdicts = await Promise.all(
    (['v1.22', 'v1.23', 'latest'] as const).map(async (version) => {
      const { admission } = await predictOne(yaml, { level: 'restricted', version });
      return [admission.version, admission.allowed, admission.message];
    }),
  );
  expect(verdicts).toEqual([
    ['v1.22', true, ''],
    ['v1.23', false, expect.stringContaining('violates PodSecurity "restricted:v1.23": runAsUser=0 (')],
    ['latest', false, expect.stringContaining('violates PodSecurity "restricted:latest": runAsUser=0 (')],
  ]);
});

test('2. gatekeeper-library#117: a pod whose image has a USER is not reported as root', async () => {
  const { containers } = await predictOne(pod(), { images: as1000, level: 'baseline' });
  expect(containers.flatMap(codesOf)).not.toContain('implicit-root');
});

test("3. gatekeeper-library#49: the policy's verdict stands beside the kubelet's", async () => {
  const report = await predictOne(pod({ spec: nonRoot }), { images: asRoot });
  expect(report.admission.allowed).toBe(true);
  expect(containerOf(report, 'web').start).toMatchObject({
    reason: 'CreateContainerConfigError',
    message: expect.stringContaining('image will run as root'),
  });
});

test('4. kubernetes#40958: a USER by name is refused, and its number offered', async () => {
  const report = await predictOne(pod({ spec: nonRoot }), { images: asApp });
  expect(containerOf(report, 'web').start).toMatchObject({
    message: expect.stringContaining('has non-numeric user (app), cannot verify user is non-root'),
    advice: 'write runAsUser: 1654 (its passwd has app:1654)',
    field: 'spec.securityContext.runAsUser',
  });
});

test('5. kubernetes#17223: the effective security context of each container, and where it comes from', async () => {
  const containers = { web: { ...hard, runAsUser: 7 }, log: {} };
  const report = await predictOne(pod({ spec: { securityContext: { runAsGroup: 8 } }, containers }), {
    images: asApp,
  });
  const rows = report.containers.map(({ name, confinement }) => [
    name,
    confinement['user']?.from,
    confinement['user.gid']?.from,
    confinement['noNewPrivileges']?.from,
  ]);
  expect(rows).toEqual([
    [
      'web',
      'spec.containers[0].securityContext.runAsUser',
      'spec.securityContext.runAsGroup',
      'spec.containers[0].securityContext.allowPrivilegeEscalation',
    ],
    [
      'log',
      'image USER app, /etc/passwd',
      'spec.securityContext.runAsGroup',
      'kubernetes default (allowPrivilegeEscalation not set)',
    ],
  ]);
});

test('6. KEP-2172: uid 0 that nobody wrote is warned of', async () => {
  const { containers } = await predictOne(pod(), { images: asRoot, level: 'privileged' });
  expect(containers[0]?.findings).toContainEqual(
    expect.objectContaining({
      severity: 'warning',
      code: 'implicit-root',
      field: 'spec.containers[0].securityContext.runAsUser',
      advice: 'write runAsUser: 1000 (its passwd has app:1000)',
    }),
  );
});

test.each<readonly [string, SecurityContext, number | null]>([
  ['', {}, 0],
  ['0', { runAsUser: 5 }, 5],
  ['app', { runAsUser: 5 }, 5],
  ['app', {}, 1654],
  ['1654', { runAsUser: 0 }, 0],
])('7. adm-controller#749: with USER "%s" and %j the process is user %s', async (User, context, uid) => {
  const images = { web: imageWith({ User }, { app: 1654 }) };
  const report = await predictOne(pod({ containers: { web: context } }), { images, level: 'privileged' });
  expect(containerOf(report, 'web').confinement['user']?.value).toMatchObject({ uid });
});

describe('8. policy-server#922: what would be enforced is known before', () => {
  const containers = { web: { privileged: true } };

  test('audit, warn and enforce find the same', async () => {
    const { admission } = await predictOne(pod({ containers }), { level: 'baseline', version: 'v1.36' });
    const wanted = { level: 'baseline', version: 'v1.36' } as const;
    const open = { ...OPEN_POLICY, audit: wanted, warn: wanted };
    const spec = { containers: [{ name: 'web', securityContext: containers.web }] };
    const { allowed, warnings, auditAnnotations } = admit({ metadata: {}, spec, namespace: 'n' }, open);
    const would = admission.message.replace('violates', 'would violate');
    expect([allowed, warnings, auditAnnotations['audit-violations']]).toEqual([true, [would], would]);
  });

  test('root images are told whatever the namespace enforces', async () => {
    const { containers: told } = await predictOne(pod(), { images: asRoot, level: 'privileged' });
    expect(told.flatMap(codesOf)).toContain('implicit-root');
  });
});

test('9. trivy#1187: what the pod says counts for its containers, and violations name the field', async () => {
  const inherited = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
  const { seccompProfile: _, ...own } = hard;
  const report = await predictOne(pod({ spec: { securityContext: inherited }, containers: { web: own } }), {
    images: as1000,
  });
  expect(deniedBy(report)).toEqual([]);
  const bare = await predictOne(pod({ spec: { securityContext: inherited }, containers: { web: {} } }));
  expect(
    bare.admission.violations.map(({ fields, line, column }) => [fields, typeof line, typeof column]),
  ).toEqual([
    [['spec.containers[0].securityContext.allowPrivilegeEscalation'], 'number', 'number'],
    [['spec.containers[0].securityContext.capabilities.drop'], 'number', 'number'],
  ]);
});

test('10. defsec#1131: a container that takes back what the pod asks for is denied', async () => {
  const containers = { web: hard, log: { ...hard, runAsNonRoot: false } };
  const report = await predictOne(pod({ spec: nonRoot, containers }), { images: as1000 });
  expect(deniedBy(report)).toEqual(['runAsNonRoot']);
  expect(report.admission.message).toContain(
    'container "log" must not set securityContext.runAsNonRoot=false',
  );
});

test('11. kubescape#19, #1606, #2296: a numeric USER satisfies runAsNonRoot, and no runAsGroup is asked for', async () => {
  const { containers, admission } = await predictOne(
    pod({ containers: { web: { ...hard, runAsNonRoot: true } } }),
    {
      images: { web: imageWith({ User: '1000' }, { node: 1000 }) },
    },
  );
  expect(admission.violations).toEqual([]);
  expect(containers[0]).toMatchObject({ start: { ok: true }, findings: [] });
});

test('12. kubescape#1878: a profile on two of three containers leaves the third', async () => {
  const { seccompProfile: _, ...without } = hard;
  const containers = { a: hard, b: hard, c: without };
  const report = await predictOne(pod({ spec: nonRoot, containers }), { images: as1000 });
  expect(report.admission.violations).toEqual([
    expect.objectContaining({
      check: 'seccompProfile_restricted',
      detail: expect.stringContaining('container "c"'),
    }),
  ]);
  expect(report.admission.violations[0]?.detail).not.toMatch(/"[ab]"/);
});

test.each<readonly [string, SecurityContext, string, unknown]>([
  ['runAsUser', { runAsUser: 5 }, 'user', expect.objectContaining({ uid: 5 })],
  ['runAsGroup', { runAsGroup: 6 }, 'user.gid', 6],
  [
    'seccompProfile',
    { seccompProfile: { type: 'RuntimeDefault' } },
    'seccomp',
    { mode: 'filter', profile: 'RuntimeDefault' },
  ],
])(
  '13. kube-score#146: %s of the pod holds unless the container has its own',
  async (_, context, member, value) => {
    const inherited = await predictOne(pod({ spec: { securityContext: context }, containers: { web: {} } }));
    const own = await predictOne(
      pod({
        spec: { securityContext: { runAsUser: 9, runAsGroup: 9, seccompProfile: { type: 'Unconfined' } } },
        containers: { web: context },
      }),
    );
    for (const report of [inherited, own])
      expect(containerOf(report, 'web').confinement[member]?.value).toEqual(value);
  },
);

test.each(['initContainers', 'ephemeralContainers'])(
  '14. regolibrary#709: %s are judged by both',
  async (list) => {
    const other = { name: 'other', image: 'web', securityContext: { ...hard, runAsUser: 0 } };
    const report = await predictOne(
      pod({ spec: nonRoot, containers: { web: { ...hard, runAsUser: 1000 } }, more: { [list]: [other] } }),
      { images: as1000 },
    );
    expect(report.admission.violations.map(({ fields }) => fields)).toEqual([
      [`spec.${list}[0].securityContext.runAsUser`],
    ]);
    expect(containerOf(report, 'other').start).toMatchObject({
      ok: false,
      message: expect.stringContaining("container's runAsUser breaks non-root policy"),
    });
    expect(containerOf(report, 'web').start).toEqual({ ok: true });
  },
);

test('15. checkov#7527: hostUsers: false stands in for runAsNonRoot, from v1.35 on', async () => {
  const yaml = pod({ spec: { hostUsers: false } });
  const at = (version: 'v1.34' | 'v1.35') =>
    predictOne(yaml, { images: asRoot, level: 'restricted', version });
  expect(deniedBy(await at('v1.34'))).toEqual(['runAsNonRoot']);
  const report = await at('v1.35');
  expect(deniedBy(report)).toEqual([]);
  // Root there is no root here: that is a note, not a warning.
  expect(containerOf(report, 'web').findings).toContainEqual(
    expect.objectContaining({ severity: 'note', code: 'implicit-root' }),
  );
});

test('16. devantler-tech/platform#2690: an explicit hostUsers: true is seen, and stands in for nothing', async () => {
  const report = await predictOne(pod({ spec: { hostUsers: true } }), { images: asRoot });
  expect(deniedBy(report)).toEqual(['runAsNonRoot']);
  expect(containerOf(report, 'web').confinement['namespaces.user']).toMatchObject({
    value: { mode: 'host' },
    from: 'spec.hostUsers',
  });
});

describe('also worth knowing', () => {
  test("kyverno#12888: an exemption of runAsNonRoot covers the pod's field as well", async () => {
    const yaml = pod({ spec: { securityContext: { runAsNonRoot: false } } });
    const report = await predictYaml(yaml, { images: as1000 });
    const exempted = suppress(report, ({ rule }) =>
      rule === 'runAsNonRoot' ? { by: 'configuration', reason: 'known' } : undefined,
    );
    expect(report.workloads[0]?.admission.violations[0]?.fields).toContain(
      'spec.securityContext.runAsNonRoot',
    );
    expect(exempted.workloads[0]?.admission.violations).toEqual([
      expect.objectContaining({
        check: 'runAsNonRoot',
        suppressed: { by: 'configuration', reason: 'known' },
      }),
    ]);
  });

  test('kyverno/policies#855: runAsNonRoot gives assurance, because who the process will be is known', async () => {
    const report = await predictOne(pod({ spec: nonRoot, containers: { web: { ...hard, runAsUser: 0 } } }));
    expect(containerOf(report, 'web').start.ok).toBe(false);
    expect(containerOf(report, 'web').confinement['user']?.value).toMatchObject({ uid: 0 });
  });

  test('derailed/popeye#53: with USER and runAsUser nothing says root', async () => {
    const { containers } = await predictOne(pod({ containers: { web: { ...hard, runAsUser: 1000 } } }), {
      images: as1000,
      level: 'baseline',
    });
    expect(containers[0]?.findings).toEqual([]);
  });

  test('kubernetes#116004: a namespace is exempted where the cluster exempts it', async () => {
    const podSecurity = {
      defaults: OPEN_POLICY,
      exemptions: { usernames: [], namespaces: ['default'], runtimeClasses: [] },
    };
    const report = await predictOne(pod({ containers: { web: { privileged: true } } }), {
      podSecurity,
      level: 'restricted',
    });
    expect(report.admission).toMatchObject({ allowed: true, exempt: 'namespace', violations: [] });
  });
});
