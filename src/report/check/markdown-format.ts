import { type CheckFinding, findingsOf } from '../../core/check-finding.ts';
import type { CheckSummary, FileReport, SkippedReport } from '../../core/contract/check-report.ts';
import type { CheckFormat } from './check-format.ts';
import { IMAGE_UNKNOWN } from './image-problems.ts';
import { failureRow, findingItem } from './markdown-rows.ts';
import { markdownCode } from './markdown-text.ts';
import { skippedFiles } from './skipped-files.ts';
import { goodVerdict, subjectOf, verdictsOf } from './summary-line.ts';

export interface MarkdownFormatOptions {
  /** Warnings stand in the table of what fails. */
  readonly warningsFail?: boolean;
}

/** Lines of each section, and how many more there were than are worth carrying along. */
export interface MarkdownPiece {
  readonly sections?: Readonly<Partial<Record<Section, Lines>>>;
  readonly skipped?: readonly SkippedReport[];
  readonly unknownImages?: number;
}

type Section = 'failures' | 'warnings' | 'suppressed';

interface Lines {
  readonly lines: readonly string[];
  readonly more: number;
}

/** A comment on GitHub holds 65,536 characters; the rest is for what a bot puts around it. */
const MAX_LENGTH = 60_000;
/** Of which what does not fail may have this much. */
const MAX_REST = 15_000;
const MAX_FIXED = 6_000;
const MAX_SKIPPED_LINES = 20;

/** By this a bot finds the comment that it wrote before. */
const MARKER = '<!-- podproof -->';

/** A comment for a pull request: the verdict, what fails, and the rest folded away. */
export function markdownFormat(options: MarkdownFormatOptions): CheckFormat<MarkdownPiece> {
  const skipped = skippedFiles();
  const kept = { failures: keeper(), warnings: keeper(), suppressed: keeper() };
  let unknownImages = 0;
  return {
    showsConfinement: false,
    open: () => '',
    piece: (report) => pieceOf(report, options),
    add: (piece) => {
      if (piece.skipped !== undefined) skipped.add(piece.skipped);
      unknownImages += piece.unknownImages ?? 0;
      for (const section of SECTIONS) {
        const lines = piece.sections?.[section];
        if (lines !== undefined) kept[section].add(lines);
      }
      return '';
    },
    close: (summary) => {
      const rest = folded(kept, skipped.lines(), unknownImages);
      const failures = kept.failures.fit(MAX_LENGTH - MAX_FIXED - rest.length);
      return [
        `${MARKER}\n## podproof: ${verdict(summary)}\n`,
        summaryTable(summary),
        failureTable(failures),
        rest,
      ]
        .filter((part) => part !== '')
        .join('\n');
    },
  };
}

const SECTIONS: readonly Section[] = ['failures', 'warnings', 'suppressed'];

function pieceOf(report: FileReport, { warningsFail = false }: MarkdownFormatOptions): MarkdownPiece {
  const found: Record<Section, CheckFinding[]> = { failures: [], warnings: [], suppressed: [] };
  let unknownImages = 0;
  for (const finding of findingsOf(report)) {
    if (finding.rule === IMAGE_UNKNOWN && finding.class === 'note') unknownImages += 1;
    const isWarning = finding.class === 'warning' && !warningsFail;
    if (finding.class === 'note') continue;
    if (finding.suppressed !== undefined) found.suppressed.push(finding);
    else found[isWarning ? 'warnings' : 'failures'].push(finding);
  }
  const sections: Partial<Record<Section, Lines>> = {};
  for (const section of SECTIONS) {
    const findings = found[section];
    const render = section === 'failures' ? failureRow : findingItem;
    if (findings.length > 0) sections[section] = fitting(findings, render);
  }
  return {
    ...(Object.keys(sections).length > 0 && { sections }),
    ...(report.skipped.length > 0 && { skipped: report.skipped }),
    ...(unknownImages > 0 && { unknownImages }),
  };
}

/** As much of one file as a whole comment could take. */
function fitting(findings: readonly CheckFinding[], render: (finding: CheckFinding) => string): Lines {
  const lines: string[] = [];
  let length = 0;
  for (const finding of findings) {
    const line = render(finding);
    length += line.length;
    if (length > MAX_LENGTH) break;
    lines.push(line);
  }
  return { lines, more: findings.length - lines.length };
}

/** Keeps the first lines, up to what a comment takes, and counts the others. */
interface Keeper {
  add(lines: Lines): void;
  /** The lines that fit, and how many did not. */
  fit(length: number): Lines;
}

function keeper(): Keeper {
  const lines: string[] = [];
  let total = 0;
  let length = 0;
  return {
    add({ lines: added, more }) {
      total += added.length + more;
      for (const line of added) {
        length += line.length;
        if (length <= MAX_LENGTH) lines.push(line);
      }
    },
    fit(most) {
      let left = most;
      const fits = lines.findIndex((line) => {
        left -= line.length;
        return left < 0;
      });
      const shown = fits < 0 ? lines : lines.slice(0, fits);
      return { lines: shown, more: total - shown.length };
    },
  };
}

function verdict(summary: CheckSummary): string {
  const bad = verdictsOf(summary);
  if (bad.length > 0) return bad.join(', ');
  return summary.workloads + summary.dockerfiles === 0 ? 'no workload found' : goodVerdict(summary);
}

function summaryTable(summary: CheckSummary): string {
  const { invalid, denied, wouldNotStart, problems, warnings, suppressed } = summary;
  const heads = ['checked', 'invalid', 'denied', 'would not start', 'unreadable', 'warnings', 'suppressed'];
  const cells = [subjectOf(summary), invalid, denied, wouldNotStart, problems, warnings, suppressed];
  const rule = heads.map((_, index) => (index === 0 ? '---' : '---:'));
  return [heads, rule, cells].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function failureTable({ lines, more }: Lines): string {
  if (lines.length === 0 && more === 0) return '';
  const head = '| where | what | finding | what to write |\n| --- | --- | --- | --- |\n';
  return `${head}${lines.join('')}${andMore(more)}`;
}

function folded(
  kept: Readonly<Record<'warnings' | 'suppressed', Keeper>>,
  skipped: readonly string[],
  unknownImages: number,
): string {
  const half = MAX_REST / 2;
  const skippedLines = skipped.slice(0, MAX_SKIPPED_LINES).map((line) => `- ${markdownCode(line, 200)}\n`);
  const blocks = [
    details('warnings', kept.warnings.fit(half)),
    details('suppressed', kept.suppressed.fit(half)),
    details('skipped', { lines: skippedLines, more: skipped.length - skippedLines.length }),
  ];
  const images = unknownImages === 0 ? '' : `Containers whose image was not looked at: ${unknownImages}\n`;
  return [...blocks, images].filter((block) => block !== '').join('\n');
}

function details(title: string, { lines, more }: Lines): string {
  if (lines.length === 0 && more === 0) return '';
  return `<details><summary>${title}</summary>\n\n${lines.join('')}${andMore(more)}\n</details>\n`;
}

function andMore(more: number): string {
  return more > 0 ? `\nand ${more} more\n` : '';
}
