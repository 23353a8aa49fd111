import { type CheckFinding, type FindingClass, findingsOf } from '../../core/check-finding.ts';
import type {
  CheckSummary,
  FileReport,
  ProblemReport,
  SkippedReport,
} from '../../core/contract/check-report.ts';
import type { RuleDescription } from '../../core/rule-description.ts';
import { quietJson } from '../json-text.ts';
import type { CheckFormat, CheckHeader } from './check-format.ts';
import { IMAGE_UNKNOWN } from './image-problems.ts';
import { keepFirst, notification, problemNotifications } from './sarif-notifications.ts';
import { SARIF_LEVELS, type SarifLevel, sarifResult } from './sarif-result.ts';
import { sarifRules } from './sarif-rules.ts';
import { skippedFiles } from './skipped-files.ts';

export interface SarifFormatOptions {
  readonly rules?: readonly RuleDescription[];
  readonly directory?: string;
  /** Code scanning takes a suppressed result for an open alert: by default they are left out and counted. */
  readonly keepsSuppressed?: boolean;
}

export interface SarifPiece {
  readonly results?: readonly SarifPieceResult[];
  readonly problems?: readonly ProblemReport[];
  readonly skipped?: readonly SkippedReport[];
  readonly unknownImages?: number;
}

interface SarifPieceResult {
  readonly rule: string;
  readonly class: FindingClass;
  /** The members of the result behind its rule. */
  readonly members: string;
}

/** What code scanning takes of one run; it shows 5,000 of them, errors first. */
const MAX_RESULTS = 25_000;

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * SARIF 2.1.0. Errors are written as they come; warnings and notes stand behind them, so that what is cut off when there is
 * too much is what matters least.
 */
export function sarifFormat(options: SarifFormatOptions): CheckFormat<SarifPiece> {
  const rules = sarifRules(options.rules ?? []);
  const skipped = skippedFiles();
  const problems: ProblemReport[] = [];
  const held: Record<Exclude<SarifLevel, 'error'>, SarifPieceResult[]> = { warning: [], note: [] };
  let header: CheckHeader = { profile: '', kubernetes: '', podproof: '' };
  let written = 0;
  let leftOut = 0;
  let unknownImages = 0;
  const write = ({ rule, class: kind, members }: SarifPieceResult): string => {
    if (written >= MAX_RESULTS) {
      leftOut += 1;
      return '';
    }
    const separator = written === 0 ? '\n' : ',\n';
    written += 1;
    return `${separator}{"ruleId":${JSON.stringify(rule)},"ruleIndex":${rules.indexOf(rule, kind)},${members}`;
  };
  return {
    showsConfinement: false,
    open: (given) => {
      header = given;
      return `{"$schema":"${SCHEMA}","version":"2.1.0","runs":[{"results":[`;
    },
    piece: (report) => pieceOf(report, options),
    add: (piece) => {
      if (piece.skipped !== undefined) skipped.add(piece.skipped);
      if (piece.problems !== undefined) keepFirst(problems, piece.problems);
      unknownImages += piece.unknownImages ?? 0;
      let text = '';
      for (const result of piece.results ?? []) {
        const level = SARIF_LEVELS[result.class];
        if (level === 'error') text += write(result);
        else if (held[level].length < MAX_RESULTS) held[level].push(result);
        else leftOut += 1;
      }
      return quietJson(text);
    },
    close: (summary) => {
      const rest = [...held.warning, ...held.note].map(write).join('');
      const notifications = [
        ...problemNotifications(problems, summary.problems, options.directory),
        ...skipped.lines().map((line) => notification('note', 'skipped', line)),
        ...runNotifications({ leftOut, unknownImages, summary }, options),
      ];
      return quietJson(`${rest}\n],${runMembers(header, rules.descriptors(), notifications)}}]}\n`);
    },
  };
}

function pieceOf(report: FileReport, options: SarifFormatOptions): SarifPiece {
  const findings = findingsOf(report).filter((finding) => finding.class !== 'unreadable');
  const shown = findings.filter(
    (finding) =>
      !isUnknownImage(finding) && (finding.suppressed === undefined || options.keepsSuppressed === true),
  );
  const lines = new Set<string>();
  const results = shown.map((finding): SarifPieceResult => {
    const line = JSON.stringify([finding.rule, finding.file, finding.line ?? 1]);
    const sharesLine = lines.has(line);
    lines.add(line);
    const result = sarifResult(finding, {
      ...(options.directory !== undefined && { directory: options.directory }),
      sharesLine,
    });
    return { rule: finding.rule, class: finding.class, members: JSON.stringify(result).slice(1) };
  });
  const unknownImages = findings.filter(isUnknownImage).length;
  return {
    ...(results.length > 0 && { results }),
    ...(report.problems.length > 0 && { problems: report.problems }),
    ...(report.skipped.length > 0 && { skipped: report.skipped }),
    ...(unknownImages > 0 && { unknownImages }),
  };
}

/** One line for all of them: an alert for each container would be noise. */
function isUnknownImage({ rule }: CheckFinding): boolean {
  return rule === IMAGE_UNKNOWN;
}

interface RunFacts {
  readonly leftOut: number;
  readonly unknownImages: number;
  readonly summary: CheckSummary;
}

function runNotifications(
  { leftOut, unknownImages, summary }: RunFacts,
  { keepsSuppressed }: SarifFormatOptions,
): readonly object[] {
  const facts: readonly (readonly [when: boolean, level: SarifLevel, id: string, text: string])[] = [
    [
      leftOut > 0,
      'warning',
      'too-many-results',
      `left out, notes and warnings first, since code scanning takes ${MAX_RESULTS} results of one run: ${leftOut}`,
    ],
    [unknownImages > 0, 'note', IMAGE_UNKNOWN, `containers whose image is not known: ${unknownImages}`],
    [
      summary.suppressed > 0 && keepsSuppressed !== true,
      'note',
      'suppressed',
      `suppressed by an annotation, the configuration or the baseline, and left out: ${summary.suppressed}`,
    ],
  ];
  return facts.filter(([when]) => when).map(([, level, id, text]) => notification(level, id, text));
}

/** What stands behind the results, as members of the run. */
function runMembers(header: CheckHeader, rules: readonly object[], notifications: readonly object[]): string {
  const run = {
    tool: {
      driver: {
        name: 'podproof',
        version: header.podproof,
        semanticVersion: header.podproof,
        informationUri: 'https://www.npmjs.com/package/podproof',
        rules,
        properties: { profile: header.profile, kubernetes: header.kubernetes },
      },
    },
    automationDetails: { id: 'podproof/' },
    originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The directory that podproof was run in.' } } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
    columnKind: 'utf16CodeUnits',
  };
  return JSON.stringify(run).slice(1, -1);
}
