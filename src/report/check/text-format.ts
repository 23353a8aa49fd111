import type {
  CheckedFinding,
  CheckSummary,
  FileReport,
  SkippedReport,
} from '../../core/contract/check-report.ts';
import { visibleText } from '../../core/visible-text.ts';
import { withoutCommands } from '../../core/without-commands.ts';
import { count, wrapText } from '../columns.ts';
import { COLOUR_SEQUENCES, PLAIN } from '../palette.ts';
import type { CheckFormat, CheckTextOptions } from './check-format.ts';
import { dockerfileDetails } from './dockerfile-details.ts';
import { dockerfileFindings, objectFindings, problemLines, workloadFindings } from './finding-lines.ts';
import {
  BASE_IMAGE_UNKNOWN,
  collectImageProblems,
  IMAGE_UNKNOWN,
  type ImageProblem,
} from './image-problems.ts';
import { objectDetails, workloadDetails } from './object-details.ts';
import { skippedFiles } from './skipped-files.ts';
import { summaryLine } from './summary-line.ts';

/** What one file adds to the text, and to what is told in the end. */
export interface TextPiece {
  readonly text: string;
  readonly skipped?: readonly SkippedReport[];
  readonly unknown?: UnknownImages;
}

interface UnknownImages {
  /** Containers whose image was not looked for. */
  readonly unknownImages: number;
  /** Dockerfiles whose base image was not looked for, though it matters. */
  readonly unknownBases: number;
  /** Images that were looked for in vain. */
  readonly imageProblems: readonly ImageProblem[];
}

/** `podproof check` for people. */
export function textFormat(options: CheckTextOptions): CheckFormat<TextPiece> {
  const { palette, style } = options;
  const kept = palette === PLAIN ? [] : COLOUR_SEQUENCES;
  const skipped = skippedFiles();
  const imageProblems = collectImageProblems();
  let unknownImages = 0;
  let unknownBases = 0;
  return {
    showsConfinement: style === 'details',
    open: () => '',
    piece: (whole) => {
      const report = options.withoutProblems === true ? { ...whole, problems: [] } : whole;
      const text = style === 'details' ? detailsOf(report, options) : findingsIn(report, options);
      const safe = text === '' ? '' : withoutCommands(visibleText(text, kept));
      const unknown = style === 'findings' ? unknownImagesIn(report) : undefined;
      const piece = unknown === undefined ? { text: safe } : { text: safe, unknown };
      return report.skipped.length === 0 ? piece : { ...piece, skipped: report.skipped };
    },
    add: (piece) => {
      if (piece.skipped !== undefined) skipped.add(piece.skipped);
      if (piece.unknown !== undefined) {
        unknownImages += piece.unknown.unknownImages;
        unknownBases += piece.unknown.unknownBases;
        imageProblems.add(piece.unknown.imageProblems);
      }
      return piece.text;
    },
    close: (summary) => {
      const lines = [
        ...skipped.lines().map((line) => palette.dim(hanging(line, options.columns))),
        ...imageProblems.lines().map((line) => hanging(line, options.columns)),
        ...notLookedAt(unknownImages, unknownBases, options.columns).map((line) => palette.dim(line)),
        ...(options.withoutProblems === true && isNothingButProblems(summary)
          ? []
          : [summaryLine(summary, palette)]),
      ];
      if (lines.length === 0) return '';
      return `${withoutCommands(visibleText(lines.join('\n'), kept))}\n`;
    },
  };
}

/** Then there is nothing to say but the errors, and those are told. */
function isNothingButProblems({
  problems,
  workloads,
  dockerfiles,
  invalid,
  warnings,
}: CheckSummary): boolean {
  return problems > 0 && workloads + dockerfiles + invalid + warnings === 0;
}

function hanging(line: string, columns: number): string {
  return wrapText(line, columns - 2).join('\n  ');
}

function notLookedAt(containers: number, dockerfiles: number, columns: number): readonly string[] {
  const whose = [
    ...(containers > 0 ? [imagesOf('the image', containers, 'container')] : []),
    ...(dockerfiles > 0 ? [imagesOf('the base image', dockerfiles, 'Dockerfile')] : []),
  ];
  if (whose.length === 0) return [];
  const were = containers + dockerfiles === 1 ? 'was' : 'were';
  return wrapText(
    `${whose.join(' and ')} ${were} not looked at; --images pull asks their registries`,
    columns,
  );
}

function imagesOf(image: string, number: number, noun: string): string {
  return `${image}${number === 1 ? '' : 's'} of ${count(number, noun)}`;
}

function detailsOf(report: FileReport, options: CheckTextOptions): string {
  const blocks = [
    ...report.workloads.map((workload) => workloadDetails(workload, options).join('\n')),
    ...report.objects.map((object) => objectDetails(object, options).join('\n')),
    ...report.dockerfiles.map((dockerfile) => dockerfileDetails(dockerfile, options).join('\n')),
    ...report.problems.map((problem) => problemLines(problem, options).trimEnd()),
  ];
  return blocks.map((block) => `${block}\n\n`).join('');
}

function findingsIn(report: FileReport, options: CheckTextOptions): string {
  let text = '';
  const add = (block: string): void => {
    if (block !== '') text += `${block}\n`;
  };
  for (const workload of report.workloads) add(workloadFindings(workload, options));
  for (const object of report.objects) add(objectFindings(object, options));
  for (const dockerfile of report.dockerfiles) add(dockerfileFindings(dockerfile, options));
  for (const problem of report.problems) add(problemLines(problem, options));
  return text;
}

/** An image that nobody looked for is worth a word in the end; one that could not be had is a problem to tell. */
function unknownImagesIn(report: FileReport): UnknownImages | undefined {
  const imageProblems: ImageProblem[] = [];
  let unknownImages = 0;
  for (const { source, containers } of report.workloads) {
    for (const { findings } of containers)
      unknownImages += unknownIn(findings, IMAGE_UNKNOWN, source, imageProblems);
  }
  let unknownBases = 0;
  for (const { source, findings } of report.dockerfiles)
    unknownBases += unknownIn(findings, BASE_IMAGE_UNKNOWN, source, imageProblems);
  const isAny = unknownImages > 0 || unknownBases > 0 || imageProblems.length > 0;
  return isAny ? { unknownImages, unknownBases, imageProblems } : undefined;
}

/** How many were not looked for; those that were, in vain, are added to the problems. */
function unknownIn(
  findings: readonly CheckedFinding[],
  unknown: string,
  source: { readonly file: string; readonly line: number },
  problems: ImageProblem[],
): number {
  let notLookedFor = 0;
  for (const { code, severity, message, line, suppressed } of findings) {
    if (code !== unknown || suppressed !== undefined) continue;
    if (severity === 'note') notLookedFor += 1;
    else problems.push({ place: `${source.file}:${line ?? source.line}`, message });
  }
  return notLookedFor;
}
