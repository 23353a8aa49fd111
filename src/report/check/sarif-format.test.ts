import { describe, expect, it } from 'vitest';
import {
  ADMITTED,
  DENIED,
  EMPTY_REPORT,
  GOOD_CONTAINER,
  HOSTILE_TEXTS,
  hostileReport,
  REPORTS,
  SUPPRESSED,
  summaryOf,
  writeAll,
} from '../../../test/support/check-reports.ts';
import type { FileReport } from '../../core/contract/check-report.ts';
import type { RuleDescription } from '../../core/rule-description.ts';
import { visibleText } from '../../core/visible-text.ts';
import { type SarifFormatOptions, sarifFormat } from './sarif-format.ts';

const RULES: readonly RuleDescription[] = [
  {
    id: 'runAsNonRoot',
    title: 'Containers run as another user than root',
    description: 'Pod or containers set runAsNonRoot to true.',
    help: 'Write `runAsNonRoot: true`.',
    helpUri: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/',
    class: 'denied',
    securitySeverity: 5,
  },
  {
    id: 'allowPrivilegeEscalation',
    title: 'No privilege escalation',
    description: 'Containers set allowPrivilegeEscalation to false.',
    help: 'Write `allowPrivilegeEscalation: false`.',
    class: 'denied',
  },
];

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
      readonly region: Readonly<Record<string, number>>;
    };
  }[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly suppressions?: unknown;
}

interface Run {
  readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
  readonly results: readonly Result[];
  readonly invocations: readonly {
    readonly toolExecutionNotifications: readonly {
      readonly level: string;
      readonly message: { readonly text: string };
    }[];
  }[];
}

function runOf(reports: readonly FileReport[], options: SarifFormatOptions = { rules: RULES }): Run {
  const log: unknown = JSON.parse(writeAll(sarifFormat(options), reports));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its shape is what the schema is asked about in test/conformance
  const [run] = (log as { readonly runs: readonly Run[] }).runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

const told = ({ invocations }: Run): readonly string[] =>
  (invocations[0]?.toolExecutionNotifications ?? []).map(({ level, message }) => `${level}: ${message.text}`);

const of = (...workloads: FileReport['workloads']): FileReport => ({ ...EMPTY_REPORT, workloads });

describe('a result of SARIF', () => {
  it('says what, where, of which container, and what to write', () => {
    expect(runOf([of(DENIED)]).results[0]).toMatchInlineSnapshot(`
      {
        "level": "error",
        "locations": [
          {
            "logicalLocations": [
              {
                "fullyQualifiedName": "default/Deployment/web",
                "kind": "resource",
                "name": "web",
              },
            ],
            "physicalLocation": {
              "artifactLocation": {
                "uri": "deploy/web.yaml",
                "uriBaseId": "%SRCROOT%",
              },
              "region": {
                "endLine": 19,
                "startColumn": 11,
                "startLine": 19,
              },
            },
          },
        ],
        "message": {
          "text": "Deployment default/web: allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)
      write  allowPrivilegeEscalation: false  in the securityContext of container web",
        },
        "partialFingerprints": {
          "podproof/v1": "68e249d9f5cd83a2781027ddd6a44178d7b15d69e022dfd7bfe2897db6b0da50",
        },
        "properties": {
          "class": "denied",
        },
        "ruleId": "allowPrivilegeEscalation",
        "ruleIndex": 1,
      }
    `);
  });

  it('refers to its rule by its place in the list, described or not', () => {
    const { tool, results } = runOf(REPORTS);
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, tool.driver.rules[ruleIndex]?.id])).toEqual(
      results.map(({ ruleId }) => [ruleId, ruleId]),
    );
    expect(tool.driver.rules[0]).toMatchInlineSnapshot(`
      {
        "defaultConfiguration": {
          "level": "error",
        },
        "fullDescription": {
          "text": "Pod or containers set runAsNonRoot to true.",
        },
        "help": {
          "markdown": "Write \`runAsNonRoot: true\`.",
          "text": "Write \`runAsNonRoot: true\`.",
        },
        "helpUri": "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
        "id": "runAsNonRoot",
        "name": "RunAsNonRoot",
        "properties": {
          "precision": "very-high",
          "problem.severity": "error",
          "security-severity": "5.0",
          "tags": [
            "security",
            "kubernetes",
            "denied",
          ],
        },
        "shortDescription": {
          "text": "Containers run as another user than root",
        },
      }
    `);
  });

  it('stands after all that are worse', () => {
    expect(runOf([of(DENIED), of(DENIED)]).results.map(({ level }) => level)).toEqual([
      'error',
      'error',
      'error',
      'error',
      'warning',
      'warning',
    ]);
  });

  it.each([
    ['./deploy/my web#1.yaml', 'deploy/my%20web%231.yaml', '%SRCROOT%'],
    ['/work/repository/deploy//web.yaml', 'deploy/web.yaml', '%SRCROOT%'],
    ['/etc/kubernetes/a:b.yaml', 'file:///etc/kubernetes/a%3Ab.yaml', undefined],
    ['../other/ü.yaml', '../other/%C3%BC.yaml', '%SRCROOT%'],
  ])('is in %s as %s', (file, uri, uriBaseId) => {
    const run = runOf([of({ ...DENIED, source: { ...DENIED.source, file } })], {
      directory: '/work/repository',
    });
    expect(run.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({
      uri,
      ...(uriBaseId !== undefined && { uriBaseId }),
    });
  });

  it('of something rendered is in its template, whose lines are not known', () => {
    const rendered = { by: 'helm template charts/web', template: 'charts/web/templates/deploy.yaml' };
    const [result] = runOf([
      of({ ...DENIED, source: { file: 'charts/web', document: 0, line: 1, rendered } }),
    ]).results;
    expect(result?.locations[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'charts/web/templates/deploy.yaml' },
      region: { startLine: 1, endLine: 1 },
    });
    expect(result?.message.text).toContain('(line 19 of helm template charts/web)');
    expect(result?.partialFingerprints).toHaveProperty('primaryLocationLineHash');
  });

  it('is told apart from another of its rule on its line', () => {
    const start = {
      ok: false,
      reason: 'CreateContainerConfigError',
      message: 'image will run as root',
      line: 7,
    } as const;
    const containers = ['a', 'b'].map((name) => ({ ...GOOD_CONTAINER, name, start }));
    const prints = runOf([of({ ...ADMITTED, containers })]).results.map(
      ({ partialFingerprints }) => partialFingerprints,
    );
    expect(new Set(prints.map((print) => print['podproof/v1'])).size).toBe(2);
    // The first one's is computed from the line by whoever uploads it.
    expect(prints.map((print) => 'primaryLocationLineHash' in print)).toEqual([false, true]);
  });

  it('writes no link into an alert', () => {
    const findings = [
      { severity: 'warning', code: 'x', message: 'see [here](https://evil.test) \\[a](b)' } as const,
    ];
    expect(runOf([of({ ...ADMITTED, findings })]).results[0]?.message.text).toContain(
      'see \\[here\\](https://evil.test) \\\\\\[a\\](b)',
    );
  });
});

describe('suppressed findings', () => {
  it('are left out and counted: code scanning would open alerts for them', () => {
    const run = runOf([of(SUPPRESSED)]);
    expect(run.results.map(({ ruleId }) => ruleId)).toEqual([]);
    expect(told(run)).toEqual([
      'note: suppressed by an annotation, the configuration or the baseline, and left out: 1',
    ]);
  });

  it('are results with their justification for who asks for them', () => {
    expect(runOf([of(SUPPRESSED)], { keepsSuppressed: true }).results[0]?.suppressions).toEqual([
      { kind: 'inSource', status: 'accepted', justification: 'goes away in spring' },
    ]);
  });
});

describe('what is said of the run', () => {
  it('is what could not be read, and what was skipped', () => {
    expect(told(runOf(REPORTS)).slice(0, 2)).toEqual([
      'error: broken.yaml: the mapping has no value\nwrite a value',
      'note: logo.png  skipped: no text',
    ]);
  });

  it('is what was left out of more results than code scanning takes: warnings before errors', () => {
    const many = Array.from({ length: 9_000 }, () => of(DENIED));
    const run = runOf(many, {});
    expect(run.results).toHaveLength(25_000);
    expect(run.results.filter(({ level }) => level === 'error')).toHaveLength(18_000);
    expect(told(run)).toEqual([
      'warning: left out, notes and warnings first, since code scanning takes 25000 results of one run: 2000',
    ]);
  });

  it('has an end when nothing can be read', () => {
    const problems = Array.from({ length: 1000 }, () => ({ file: 'a.yaml', message: 'no YAML' }));
    const run = runOf([{ ...EMPTY_REPORT, problems }]);
    expect(told(run)).toHaveLength(201);
    expect(told(run).at(-1)).toBe('error: and 800 more could not be read');
  });
});

it.each(HOSTILE_TEXTS)('whatever a stranger writes, it stays JSON without controls: %j', (text) => {
  const written = writeAll(sarifFormat({ keepsSuppressed: true }), [hostileReport(text)]);
  expect(() => void JSON.parse(written)).not.toThrow();
  expect(visibleText(written)).toBe(written);
  expect(written).not.toMatch(/[\t\r]/);
});

it('what is counted adds up', () => {
  const { results } = runOf(REPORTS);
  const { denied, invalid } = summaryOf(REPORTS);
  expect(results.filter(({ ruleId }) => ruleId === 'invalid')).toHaveLength(invalid);
  expect(results.filter(({ ruleId }) => ruleId === 'allowPrivilegeEscalation')).toHaveLength(denied);
});
