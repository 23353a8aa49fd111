import { describe, expect, it } from 'vitest';
import {
  ADMITTED,
  DENIED,
  DOCKERFILE,
  EMPTY_REPORT,
  GOOD_CONTAINER,
  HOSTILE_TEXTS,
  hostileReport,
  REPORTS,
  SUPPRESSED,
  summaryOf,
  writeAll,
} from '../../../test/support/check-reports.ts';
import type { CheckedFinding, FileReport, WorkloadReport } from '../../core/contract/check-report.ts';
import { NO_FINDINGS } from '../../core/sum-findings.ts';
import { visibleText } from '../../core/visible-text.ts';
import { COLOUR_SEQUENCES, PLAIN, palette } from '../palette.ts';
import { textFormat } from './text-format.ts';

const options = { columns: 100, palette: PLAIN };
const findings = (...reports: readonly FileReport[]): string =>
  writeAll(textFormat({ ...options, style: 'findings' }), reports);
const details = (...reports: readonly FileReport[]): string =>
  writeAll(textFormat({ ...options, style: 'details' }), reports);
const of = (...workloads: readonly WorkloadReport[]): FileReport => ({ ...EMPTY_REPORT, workloads });

const pod = (...found: readonly CheckedFinding[]): FileReport =>
  of({ ...ADMITTED, containers: [{ ...GOOD_CONTAINER, imageKnown: 'unknown', findings: found }] });
const skip = (file: string, reason: string): FileReport => ({
  ...EMPTY_REPORT,
  skipped: [{ file, reason }],
});
const sum = (summary: Partial<typeof NO_FINDINGS>): string =>
  textFormat({ ...options, style: 'findings' }).close({ ...NO_FINDINGS, ...summary });

function baseUnknown(severity: 'note' | 'warning', message = ''): FileReport {
  const finding = { severity, code: 'base-image-unknown', message, line: 8 };
  return { ...EMPTY_REPORT, dockerfiles: [{ ...DOCKERFILE, start: { ok: true }, findings: [finding] }] };
}

describe('the findings of a whole repository', () => {
  it('are a head for each object with any, and a line each with what to write below', () => {
    expect(findings(...REPORTS)).toMatchInlineSnapshot(`
      "deploy/web.yaml:1  Deployment default/web
        denied           allowPrivilegeEscalation: container "web" must set                         :19:11
                         securityContext.allowPrivilegeEscalation=false
                         write  allowPrivilegeEscalation: false  in the securityContext of container web
        would not start  CreateContainerConfigError: container has runAsNonRoot and image will run  :20:11
                         as root (pod: "web_default(1)", container: web)
                         write  runAsUser: 1654  (its passwd has app:1654)
        warning          implicit-root in web: runs as root: the manifest sets no runAsUser and the  :18:9
                         image no other user
                         write runAsNonRoot: true and a runAsUser other than 0

      namespaces.yaml:8  Namespace team
        invalid  metadata.labels: Invalid value: "a b": a valid label must be short                  :12:7

      broken.yaml:3:5
        error  the mapping has no value
               write a value

      app/Dockerfile:14  stage final
        would not start  CreateContainerConfigError: container has runAsNonRoot and image has        :14:1
                         non-numeric user (app), cannot verify user is non-root
                         write  USER $APP_UID

      logo.png  skipped: no text
      3 workloads, 1 Dockerfile: 1 invalid, 1 denied, 2 would not start, 1 unreadable, 1 warning, 1 suppressed
      "
    `);
  });

  it('are the sum alone when there are none', () => {
    expect(findings(of(ADMITTED), of(ADMITTED))).toBe('2 workloads: all admitted, all would start\n');
  });

  it('are not right by being suppressed', () => {
    expect(findings(of(SUPPRESSED))).toBe('1 workload: nothing that counts, 1 suppressed\n');
  });

  it('count images that nobody looked for instead of naming each', () => {
    const unknown: CheckedFinding = {
      severity: 'note',
      code: 'image-unknown',
      message: 'image "web" is not at hand',
      advice: 'podproof image pull web',
    };
    expect(findings(pod(unknown), pod(unknown))).toBe(
      'the images of 2 containers were not looked at; --images pull asks their registries\n' +
        '2 workloads: all admitted, all would start\n',
    );
  });

  it('count base images that nobody looked for, too', () => {
    expect(findings(baseUnknown('note'))).toBe(
      'the base image of 1 Dockerfile was not looked at; --images pull asks their registries\n' +
        '1 Dockerfile: nothing refused\n',
    );
    expect(findings(baseUnknown('warning', 'no answer'))).toBe(
      'app/Dockerfile:8  no answer\n1 Dockerfile: nothing refused, 1 warning\n',
    );
  });

  it('tell a registry that does not answer once, not for each image', () => {
    const failed: CheckedFinding = {
      severity: 'warning',
      code: 'image-unknown',
      message: 'image unknown: verdict assumes root: registry.test does not answer',
      line: 12,
    };
    expect(findings(...Array.from({ length: 9 }, () => pod(failed)))).toBe(
      'deploy/web.yaml:12 and 8 more places  image unknown: verdict assumes root: registry.test does not\n  answer\n' +
        '9 workloads: all admitted, all would start, 9 warnings\n',
    );
    const many = Array.from({ length: 1000 }, (_, index) => pod({ ...failed, message: `m${index}` }));
    expect(findings(...many).split('\n')).toHaveLength(23);
  });

  it('say of what was rendered the template, and of which output its lines are', () => {
    const rendered = { by: 'helm template charts/web', template: 'charts/web/templates/deploy.yaml' };
    const text = findings(of({ ...DENIED, source: { file: 'charts/web', document: 2, line: 40, rendered } }));
    expect(text.split('\n').slice(0, 2)).toEqual([
      'charts/web/templates/deploy.yaml  Deployment default/web',
      '  line 40 of  helm template charts/web',
    ]);
  });

  it('need no more room than there is', () => {
    const text = writeAll(textFormat({ ...options, columns: 80, style: 'findings' }), REPORTS);
    const lines = text.trimEnd().split('\n').slice(0, -1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

describe('files that were skipped', () => {
  it('are named while they are few', () => {
    expect(findings(skip('logo.png', 'no text'))).toBe('logo.png  skipped: no text\nno workload found\n');
  });

  it('are counted by reason when they are many', () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      skip(`docs/${index}.yaml`, 'no Kubernetes object'),
    );
    expect(findings(...many, skip('a.sock', 'a socket'))).toMatchInlineSnapshot(`
      "5000 skipped: no Kubernetes object  (docs/0.yaml, docs/1.yaml, docs/2.yaml and 4997 more)
      1 skipped: a socket  (a.sock)
      no workload found
      "
    `);
  });

  it('fill no memory with reasons of their own', () => {
    const many = Array.from({ length: 5000 }, (_, index) => skip('a', `reason ${index}`));
    expect(findings(...many).split('\n').length).toBeLessThan(50);
  });
});

describe('the details of a few files', () => {
  it('of a Dockerfile are its base, its user, and the line to change', () => {
    expect(details({ ...EMPTY_REPORT, dockerfiles: [DOCKERFILE] })).toMatchInlineSnapshot(`
      "app/Dockerfile:14  stage final

        base             mcr.microsoft.com/dotnet/aspnet:8.0
        runs as          1654:1654 app         USER app
        would not start  CreateContainerConfigError: container has runAsNonRoot and image has non-numeric
                         user (app), cannot verify user is non-root
                         write  USER $APP_UID                                                          :14

      1 Dockerfile: 1 would not start
      "
    `);
  });

  it('show what is suppressed, and why', () => {
    expect(details(of(SUPPRESSED))).toMatchInlineSnapshot(`
      "deploy/web.yaml:1  Deployment default/legacy

        web   registry.test/web:1

        restricted v1.36   denied, 1 of 17 controls, all suppressed
          allowPrivilegeEscalation  container "web" must set                                           :19
                                    securityContext.allowPrivilegeEscalation=false
                                    write  allowPrivilegeEscalation: false  in the securityContext of
                                    container web
                                    suppressed by annotation: goes away in spring

      1 workload: nothing that counts, 1 suppressed
      "
    `);
  });

  it('show that an exempt workload is not judged', () => {
    const exempt = { ...ADMITTED, admission: { ...ADMITTED.admission, exempt: 'namespace' as const } };
    expect(details(of(exempt))).toContain('restricted v1.36   not judged: the namespace is exempt\n');
  });

  it('show what could not be read, at its place', () => {
    const problems = [{ file: 'a.yaml', line: 3, column: 5, message: 'no value', advice: 'write one' }];
    expect(details({ ...EMPTY_REPORT, problems })).toBe(
      'a.yaml:3:5\n  error  no value\n         write one\n\n0 workloads: 1 unreadable\n',
    );
  });
});

describe('names that a stranger chose', () => {
  it.each(HOSTILE_TEXTS)('move no cursor and fake no line: %j', async (text) => {
    for (const style of ['details', 'findings'] as const) {
      const colours = await palette(true);
      const written = writeAll(textFormat({ columns: 100, palette: colours, style }), [hostileReport(text)]);
      expect(visibleText(written, COLOUR_SEQUENCES)).toBe(written);
      expect(written).not.toMatch(/^\s*::|##[a-z]*\[/m);
      expect(written).not.toMatch(/^1 workload: all admitted/m);
    }
  });

  it('are no harm in any number', () => {
    const invalid = Array.from({ length: 150_000 }, (_, index) => ({
      message: `m${index}`,
      field: 'spec',
      line: 1,
      column: 1,
    }));
    expect(details(of({ ...ADMITTED, invalid })).split('\n').length).toBeGreaterThan(150_000);
    expect(findings(of({ ...ADMITTED, invalid })).split('\n').length).toBeGreaterThan(150_000);
  });
});

describe('the last line', () => {
  it.each([
    [{}, 'no workload found\n'],
    [{ warnings: 1 }, 'no workload found, 1 warning\n'],
    [{ dockerfiles: 1 }, '1 Dockerfile: nothing refused\n'],
    [{ workloads: 2, dockerfiles: 1 }, '2 workloads, 1 Dockerfile: all admitted, all would start\n'],
    [
      { workloads: 9, invalid: 1, denied: 2, wouldNotStart: 3, problems: 4, warnings: 5, suppressed: 6 },
      '9 workloads: 1 invalid, 2 denied, 3 would not start, 4 unreadable, 5 warnings, 6 suppressed\n',
    ],
  ])('of %j', (summary, line) => {
    expect(sum(summary)).toBe(line);
  });

  it('adds up over files', () => {
    expect(summaryOf(REPORTS)).toMatchObject({
      workloads: 3,
      dockerfiles: 1,
      denied: 1,
      suppressed: 1,
      problems: 1,
    });
  });
});
