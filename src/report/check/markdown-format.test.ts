import { describe, expect, it } from 'vitest';
import {
  ADMITTED,
  DENIED,
  EMPTY_REPORT,
  HOSTILE_TEXTS,
  hostileReport,
  REPORTS,
  SUPPRESSED,
  writeAll,
} from '../../../test/support/check-reports.ts';
import type { FileReport } from '../../core/contract/check-report.ts';
import { visibleText } from '../../core/visible-text.ts';
import { markdownFormat } from './markdown-format.ts';

const comment = (...reports: readonly FileReport[]): string => writeAll(markdownFormat({}), reports);
const of = (...workloads: FileReport['workloads']): FileReport => ({ ...EMPTY_REPORT, workloads });

/** What is left when code is taken out: the text that Markdown means something in. */
function outsideOfCode(markdown: string): string {
  return markdown.replace(/(?<!`)(`+)(?!`)[^\n]+?(?<!`)\1(?!`)/g, '');
}

describe('a comment for a pull request', () => {
  it('says the verdict, what fails and what to write, and folds away the rest', () => {
    expect(comment(...REPORTS)).toMatchInlineSnapshot(`
      "<!-- podproof -->
      ## podproof: 1 invalid, 1 denied, 2 would not start, 1 unreadable

      | checked | invalid | denied | would not start | unreadable | warnings | suppressed |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: |
      | 3 workloads, 1 Dockerfile | 1 | 1 | 2 | 1 | 1 | 1 |

      | where | what | finding | what to write |
      | --- | --- | --- | --- |
      | \`deploy/web.yaml:19:11\` | \`Deployment default/web\` | **denied** \`allowPrivilegeEscalation\`<br>\`allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)\` | \`write  allowPrivilegeEscalation: false  in the securityContext of container web\` |
      | \`deploy/web.yaml:20:11\` | \`Deployment default/web\` container \`web\` | **would not start** \`CreateContainerConfigError\`<br>\`container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: web)\` | \`write  runAsUser: 1654  (its passwd has app:1654)\` |
      | \`broken.yaml:3:5\` |  | **unreadable** <br>\`the mapping has no value\` | \`write a value\` |
      | \`namespaces.yaml:12:7\` | \`Namespace team\` | **invalid** <br>\`metadata.labels: Invalid value: "a b": a valid label must be short\` |  |
      | \`app/Dockerfile:14:1\` |  | **would not start** \`CreateContainerConfigError\`<br>\`container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root\` | \`write  USER $APP_UID\` |

      <details><summary>warnings</summary>

      - \`deploy/web.yaml:18:9\` \`Deployment default/web\` container \`web\` \`implicit-root\` \`runs as root: the manifest sets no runAsUser and the image no other user\`<br>\`write runAsNonRoot: true and a runAsUser other than 0\`

      </details>

      <details><summary>suppressed</summary>

      - \`deploy/web.yaml:19:11\` \`Deployment default/legacy\` \`allowPrivilegeEscalation\` \`allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)\` (suppressed by annotation: \`goes away in spring\`)

      </details>

      <details><summary>skipped</summary>

      - \`logo.png  skipped: no text\`

      </details>
      "
    `);
  });

  it('is short when all is well', () => {
    expect(comment(of(ADMITTED))).toMatchInlineSnapshot(`
      "<!-- podproof -->
      ## podproof: all admitted, all would start

      | checked | invalid | denied | would not start | unreadable | warnings | suppressed |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: |
      | 1 workload | 0 | 0 | 0 | 0 | 0 | 0 |
      "
    `);
  });

  it('begins with the mark by which a bot finds it', () => {
    expect(comment().startsWith('<!-- podproof -->\n')).toBe(true);
  });

  it('shows warnings as failures where they are', () => {
    const written = writeAll(markdownFormat({ warningsFail: true }), [of(DENIED)]);
    expect(written).toContain('| **warning** `implicit-root`<br>');
    expect(written).not.toContain('<summary>warnings');
  });

  it('fits into one comment, however much there is, and counts what does not', () => {
    const many = Array.from({ length: 3000 }, () => of(DENIED, SUPPRESSED));
    const skipped = Array.from({ length: 3000 }, (_, index) => ({ file: `f${index}`, reason: `r${index}` }));
    const written = comment(...many, { ...EMPTY_REPORT, skipped });
    expect(written.length).toBeLessThanOrEqual(60_000);
    const shown = written.split('\n').filter((line) => line.startsWith('| `')).length;
    expect(shown).toBeGreaterThan(100);
    expect(written).toContain(`\nand ${6000 - shown} more\n`);
  });
});

describe('what a stranger writes into a manifest', () => {
  it.each(HOSTILE_TEXTS)('is code and nothing else: %j', (text) => {
    const written = comment(hostileReport(text));
    expect(visibleText(written)).toBe(written);
    const outside = outsideOfCode(written);
    expect(outside.replace(/<\/?(?:details|summary|br)>|^<!-- podproof -->/g, '')).not.toMatch(
      /[<[\]@\\]|http|www|(?<!&)#\d/,
    );
    const rows = written.split('\n').filter((line) => line.startsWith('| '));
    for (const row of rows.slice(4)) expect(row.split('|')).toHaveLength(6);
  });

  it('is shown with its bars and backticks', () => {
    const written = comment(hostileReport('a|b`c``d'));
    expect(written).toContain('| `a`&#124;``` b`c``d ``` |');
  });

  it('is cut where it is long', () => {
    expect(comment(hostileReport('x'.repeat(100_000))).length).toBeLessThanOrEqual(60_000);
  });
});
