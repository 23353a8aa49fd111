import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../core/check-finding.ts';
import type { ContainerReport, FileReport, WorkloadReport } from '../../core/contract/check-report.ts';
import { sumFindings } from '../../core/sum-findings.ts';
import type { ConfiguredExemption } from '../../repository/check-config.ts';
import { baselineEntriesOf } from './baseline-of.ts';
import { openSuppressor } from './open-suppressor.ts';
import { suppressionFindings } from './suppression-findings.ts';
import type { SuppressionSettings } from './suppression-settings.ts';
import { addUse, NO_USE } from './suppression-use.ts';
import type { Ignore, ObjectIgnores } from './suppressor.ts';

const SETTINGS: SuppressionSettings = {
  annotations: true,
  workingDirectory: '/repository/deploy',
  rules: ['hostNamespaces', 'hostPorts', 'privileged', 'implicit-root', 'unreadable'],
  today: '2026-06-15',
};

function container(name: string, type: ContainerReport['type'] = 'container'): ContainerReport {
  return {
    name,
    type,
    image: 'nginx',
    imageKnown: 'unknown',
    start: { ok: false, reason: 'CreateContainerConfigError', message: 'image will run as root', line: 9 },
    confinement: {},
    writable: [],
    findings: [{ severity: 'warning', code: 'implicit-root', message: 'runs as root' }],
  };
}

function workload(name = 'web'): WorkloadReport {
  return {
    source: { file: 'web/a.yaml', document: 0, line: 1 },
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'shop',
    name,
    invalid: [],
    findings: [],
    admission: {
      level: 'restricted',
      version: 'latest',
      allowed: false,
      message: 'violates',
      controls: 19,
      violations: [
        {
          check: 'hostNamespaces',
          reason: 'host namespaces',
          detail: 'hostPID=true',
          fields: ['spec.template.spec.hostPID'],
        },
        {
          check: 'hostPorts',
          reason: 'hostPort',
          detail: 'containers "web", "side"',
          fields: [
            'spec.template.spec.containers[0].ports[0].hostPort',
            'spec.template.spec.initContainers[1].ports[2].hostPort',
          ],
        },
      ],
    },
    containers: [container('setup', 'init'), container('side', 'sidecar'), container('web')],
  };
}

function file(...workloads: readonly WorkloadReport[]): FileReport {
  const problems = [{ file: 'web/a.yaml', line: 40, message: 'not YAML' }];
  return { workloads, objects: [], dockerfiles: [], problems, skipped: [] };
}

function ignore(rule: string, container?: string): Ignore {
  const place = { field: 'metadata.annotations[podproof.dev/ignore]', line: 4, column: 5 };
  return { rule, ...(container !== undefined && { container }), reason: `because of ${rule}`, ...place };
}

function ignoresOf(
  { source, apiVersion, kind, namespace, name }: WorkloadReport,
  ...ignores: readonly Ignore[]
): ObjectIgnores {
  return { object: { source, apiVersion, kind, namespace, name }, ignores, findings: [] };
}

function exemption(written: Partial<ConfiguredExemption>): ConfiguredExemption {
  return { checks: ['hostNamespaces'], reason: 'accepted', line: 12, column: 5, ...written };
}

function configured(...exemptions: readonly ConfiguredExemption[]): SuppressionSettings {
  return { ...SETTINGS, configuration: { file: '../podproof.yaml', directory: '..', exemptions } };
}

/** The rules of the findings that are taken out, with their containers. */
function takenOut(report: FileReport): readonly string[] {
  return findingsOf(report)
    .filter(({ suppressed }) => suppressed !== undefined)
    .map(({ rule, container: name }) => (name === undefined ? rule : `${rule}@${name}`));
}

/** What annotations about host ports of those containers take out. */
function takenOutOf(...names: readonly string[]): readonly string[] {
  const own = ignoresOf(workload(), ...names.map((name) => ignore('hostPorts', name)));
  return takenOut(openSuppressor(SETTINGS).apply(file(workload()), [own]).report);
}

test('without annotations, exemptions and baseline the report is the same object', () => {
  const report = file(workload());
  expect(openSuppressor(SETTINGS).apply(report, [])).toEqual({ report, use: NO_USE });
  expect(openSuppressor(SETTINGS).apply(report, []).report).toBe(report);
});

describe('annotations', () => {
  test('take out what they name; the cluster still refuses, the counts do not', () => {
    const own = ignoresOf(workload(), ignore('hostNamespaces'), ignore('hostPorts'));
    const { report } = openSuppressor(SETTINGS).apply(file(workload()), [own]);
    expect(takenOut(report)).toEqual(['hostNamespaces', 'hostPorts']);
    expect(report.workloads[0]?.admission.allowed).toBe(false);
    expect(report.workloads[0]?.admission.violations[0]?.suppressed).toEqual({
      by: 'annotation',
      reason: 'because of hostNamespaces',
    });
    expect(sumFindings(report)).toMatchObject({ denied: 0, wouldNotStart: 1, suppressed: 2, problems: 1 });
  });

  test("hold for their own object, not for the file's others", () => {
    const other = workload('other');
    const own = ignoresOf(workload(), ignore('hostNamespaces'));
    const { report } = openSuppressor(SETTINGS).apply(file(workload(), other), [own]);
    expect(report.workloads.map(({ admission }) => admission.violations[0]?.suppressed?.by)).toEqual([
      'annotation',
      undefined,
    ]);
  });

  test('with a container hold for that container alone', () => {
    const own = ignoresOf(workload(), ignore('implicit-root', 'web'));
    expect(takenOut(openSuppressor(SETTINGS).apply(file(workload()), [own]).report)).toEqual([
      'implicit-root@web',
    ]);
  });

  test('what is forbidden in two containers counts until both are named', () => {
    expect(takenOutOf('web')).toEqual([]);
    expect(takenOutOf('web', 'setup')).toEqual([]);
    expect(takenOutOf('web', 'side')).toEqual(['hostPorts']);
  });

  test('one that matches nothing is a note at its place', () => {
    const own = ignoresOf(workload(), ignore('hostNamespaces'), ignore('privileged', 'web'));
    const { report } = openSuppressor(SETTINGS).apply(file(workload()), [own]);
    expect(report.workloads[0]?.findings).toEqual([
      {
        severity: 'note',
        code: 'ignore-unused',
        message: 'podproof.dev/ignore has nothing to ignore: no finding of privileged(web)',
        field: 'metadata.annotations[podproof.dev/ignore]',
        line: 4,
        column: 5,
      },
    ]);
  });

  test('of an object that nothing else is said about are told all the same', () => {
    const own = ignoresOf({ ...workload(), kind: 'Service', name: 'gone' }, ignore('hostPorts'));
    const { report } = openSuppressor(SETTINGS).apply(file(workload()), [own]);
    expect(report.objects.map(({ kind, name, findings }) => [kind, name, findings[0]?.code])).toEqual([
      ['Service', 'gone', 'ignore-unused'],
    ]);
  });

  test('are not read where the configuration says so', () => {
    const annotated = {
      source: { file: 'a.yaml', document: 0, line: 1 },
      templatePath: [],
      written: {
        object: {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { annotations: { 'podproof.dev/ignore': 'hostPorts: x' } },
        },
        locate: () => ({ line: 1, column: 1 }),
      },
    };
    expect(openSuppressor(SETTINGS).ignoresOf(annotated)?.ignores).toHaveLength(1);
    expect(openSuppressor({ ...SETTINGS, annotations: false }).ignoresOf(annotated)).toBeUndefined();
  });
});

describe('exemptions of the configuration', () => {
  test.each([
    ['the check alone', {}, ['hostNamespaces']],
    ['name and namespace', { namespace: 'sh*', name: 'w?b', kind: 'Deployment' }, ['hostNamespaces']],
    ['another name', { name: 'api' }, []],
    ['a path from the configuration, not from here', { path: 'deploy/web/**' }, ['hostNamespaces']],
    ['a path elsewhere', { path: 'web/**' }, []],
    ['the last day', { expires: '2026-06-15' }, ['hostNamespaces']],
    ['the day after', { expires: '2026-06-14' }, []],
    ['a container, of a finding about the pod', { container: 'web' }, []],
    [
      'a container by a glob',
      { checks: ['implicit-root'], container: 's*' },
      ['implicit-root@setup', 'implicit-root@side'],
    ],
    [
      'everything, but not what cannot be read',
      { checks: ['*'] },
      [
        'hostNamespaces',
        'hostPorts',
        'CreateContainerConfigError@setup',
        'implicit-root@setup',
        'CreateContainerConfigError@side',
        'implicit-root@side',
        'CreateContainerConfigError@web',
        'implicit-root@web',
      ],
    ],
  ])('%s', (_, written, expected) => {
    const { report, use } = openSuppressor(configured(exemption(written))).apply(file(workload()), []);
    expect(new Set(takenOut(report))).toEqual(new Set<string>(expected));
    expect(use.exemptions).toEqual(expected.length === 0 ? [] : [0]);
  });

  test('an annotation goes first', () => {
    const suppressor = openSuppressor(configured(exemption({})));
    const { report, use } = suppressor.apply(file(workload()), [
      ignoresOf(workload(), ignore('hostNamespaces')),
    ]);
    expect(report.workloads[0]?.admission.violations[0]?.suppressed?.by).toBe('annotation');
    expect(use.exemptions).toEqual([]);
  });
});

describe('a baseline', () => {
  const place = { file: '../podproof-baseline.json', workingDirectory: '/repository/deploy' };
  const entries = baselineEntriesOf(findingsOf(file(workload())), place);
  const known = { ...SETTINGS, baseline: { file: place.file, entries } };

  test('takes out what it knows, wherever the check was started', () => {
    const { report } = openSuppressor(known).apply(file(workload()), []);
    expect(sumFindings(report)).toMatchObject({
      denied: 0,
      wouldNotStart: 0,
      warnings: 0,
      problems: 1,
      suppressed: 8,
    });
    const elsewhere = {
      ...known,
      workingDirectory: '/repository',
      baseline: { file: 'podproof-baseline.json', entries },
    };
    const moved = { ...workload(), source: { file: './deploy/web/a.yaml', document: 0, line: 1 } };
    expect(takenOut(openSuppressor(elsewhere).apply(file(moved), []).report)).toHaveLength(8);
  });

  test('of two findings that are alike, one known leaves one new', () => {
    const twice = file(workload(), workload());
    const { report, use } = openSuppressor(known).apply(twice, []);
    expect(takenOut(report)).toHaveLength(8);
    expect(sumFindings(report).denied).toBe(1);
    expect(suppressionFindings(known, use, { isComplete: true })).toEqual([]);
    const both = baselineEntriesOf(findingsOf(twice), place);
    const all = { ...SETTINGS, baseline: { file: place.file, entries: both } };
    expect(takenOut(openSuppressor(all).apply(twice, []).report)).toHaveLength(16);
  });

  test('a container more in a known violation is new', () => {
    const [first, second] = workload().admission.violations;
    if (first === undefined || second === undefined) throw new Error('two violations were to be there');
    const grown = { ...second, detail: 'containers "web", "side", "more"' };
    const changed = { ...workload(), admission: { ...workload().admission, violations: [first, grown] } };
    expect(sumFindings(openSuppressor(known).apply(file(changed), []).report).denied).toBe(1);
  });

  test('what annotations and exemptions take out does not stand in a baseline, nor do notes and what cannot be read', () => {
    const suppressor = openSuppressor(configured(exemption({})));
    const { report } = suppressor.apply(file(workload()), [
      ignoresOf(workload(), ignore('privileged'), ignore('hostPorts')),
    ]);
    const rules = baselineEntriesOf(findingsOf(report), place).map(({ rule }) => rule);
    expect([...new Set(rules)].toSorted()).toEqual(['CreateContainerConfigError', 'implicit-root']);
  });

  test('entries that are gone are told, once everything was checked', () => {
    const fixed = { ...workload(), admission: { ...workload().admission, violations: [] } };
    const { use } = openSuppressor(known).apply(file(fixed), []);
    expect(suppressionFindings(known, use, { isComplete: true })).toEqual([
      {
        severity: 'note',
        code: 'baseline-outdated',
        message: '2 findings of the baseline are gone',
        advice: 'write it anew, so that they cannot come back unseen: --write-baseline',
        file: '../podproof-baseline.json',
      },
    ]);
    expect(suppressionFindings(known, use, { isComplete: false })).toEqual([]);
  });
});

test('exemptions that are over, that soon will be, and that match nothing are told with their place', () => {
  const settings = configured(
    exemption({ expires: '2026-06-14', kind: 'DaemonSet', namespace: 'kube-system', name: 'node-*' }),
    exemption({ expires: '2026-06-29', line: 20 }),
    exemption({ expires: '2026-06-30', path: 'deploy/**' }),
    exemption({ checks: ['a', 'b', 'c', 'd'], container: 'x' }),
  );
  const told = suppressionFindings(settings, { exemptions: [1], baseline: [] }, { isComplete: true });
  expect(
    told.map(({ file: name, line, severity, code, message }) => [`${name}:${line}`, severity, code, message]),
  ).toEqual([
    [
      '../podproof.yaml:12',
      'warning',
      'exemption-expired',
      'the exemption from hostNamespaces of DaemonSet kube-system/node-* expired on 2026-06-14 and does not count',
    ],
    [
      '../podproof.yaml:20',
      'note',
      'exemption-expires-soon',
      'the exemption from hostNamespaces expires on 2026-06-29, in 14 days',
    ],
    [
      '../podproof.yaml:12',
      'note',
      'exemption-unused',
      'the exemption from hostNamespaces of deploy/** matches nothing',
    ],
    [
      '../podproof.yaml:12',
      'note',
      'exemption-unused',
      'the exemption from a, b, c, ... of container x matches nothing',
    ],
  ]);
  expect(suppressionFindings(settings, NO_USE, { isComplete: false }).map(({ code }) => code)).toEqual([
    'exemption-expired',
    'exemption-expires-soon',
  ]);
});

test('settings and use cross threads, and uses add up', () => {
  const settings = configured(exemption({}));
  expect(structuredClone(settings)).toEqual(settings);
  const parts = Array.from({ length: 3000 }, (_, index) => ({
    exemptions: [index % 3],
    baseline: [{ [String(index % 1500)]: 1 }],
  }));
  const total = structuredClone(parts.reduce(addUse, NO_USE));
  expect(total.exemptions).toEqual([0, 1, 2]);
  expect(total.baseline.length).toBeLessThan(5);
  expect(total.baseline.reduce((sum, part) => sum + (part['7'] ?? 0), 0)).toBe(2);
});
