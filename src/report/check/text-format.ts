import type { FileReport, SkippedReport } from '../../core/contract/check-report.ts';
import { visibleText } from '../../core/visible-text.ts';
import { COLOUR_SEQUENCES, PLAIN } from '../palette.ts';
import type { CheckFormat, CheckTextOptions } from './check-format.ts';
import { dockerfileDetails } from './dockerfile-details.ts';
import { dockerfileFindings, objectFindings, problemLines, workloadFindings } from './finding-lines.ts';
import { collectImageProblems, IMAGE_UNKNOWN, type ImageProblem } from './image-problems.ts';
import { objectDetails, workloadDetails } from './object-details.ts';
import { skippedFiles } from './skipped-files.ts';
import { summaryLine } from './summary-line.ts';

/** What one file adds to the text; what is not there is zero or none. */
export interface TextPiece {
  readonly text: string;
  readonly skipped?: readonly SkippedReport[];
  /** Containers whose image was not looked for. */
  readonly unknownImages?: number;
  /** Images that were looked for in vain. */
  readonly imageProblems?: readonly ImageProblem[];
}

/** `podproof check` for people. */
export function textFormat(options: CheckTextOptions): CheckFormat<TextPiece> {
  const { palette, style } = options;
  const kept = palette === PLAIN ? [] : COLOUR_SEQUENCES;
  const skipped = skippedFiles();
  const imageProblems = collectImageProblems();
  let unknownImages = 0;
  return {
    showsConfinement: style === 'details',
    open: () => '',
    piece: (report) => {
      const text = style === 'details' ? detailsOf(report, options) : findingsIn(report, options);
      return {
        text: text === '' ? '' : withoutCommands(visibleText(text, kept)),
        ...(report.skipped.length > 0 && { skipped: report.skipped }),
        ...(style === 'findings' && unknownImagesIn(report)),
      };
    },
    add: (piece) => {
      if (piece.skipped !== undefined) skipped.add(piece.skipped);
      unknownImages += piece.unknownImages ?? 0;
      if (piece.imageProblems !== undefined) imageProblems.add(piece.imageProblems);
      return piece.text;
    },
    close: (summary) => {
      const lines = [
        ...skipped.lines().map((line) => palette.dim(line)),
        ...imageProblems.lines(),
        ...(unknownImages > 0 ? [palette.dim(notLookedAt(unknownImages))] : []),
        summaryLine(summary, palette),
      ];
      return `${withoutCommands(visibleText(lines.join('\n'), kept))}\n`;
    },
  };
}

/**
 * CI systems carry out what a log asks for: `::set-output` at the start of a line, `##[group]` and `##vso[...]` anywhere. What
 * a stranger's manifest says must ask for nothing.
 */
function withoutCommands(text: string): string {
  const quiet = text.includes('::') ? text.replace(/^([ \t]*:)(?=:)/gm, '$1 ') : text;
  return quiet.includes('##') ? quiet.replace(/##(?=[a-z]*\[)/g, '## ') : quiet;
}

function notLookedAt(containers: number): string {
  const whose =
    containers === 1 ? 'the image of 1 container was' : `the images of ${containers} containers were`;
  return `${whose} not looked at; --images pull asks their registries`;
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
function unknownImagesIn(report: FileReport): Pick<TextPiece, 'unknownImages' | 'imageProblems'> {
  let unknownImages = 0;
  const imageProblems: ImageProblem[] = [];
  for (const { source, containers } of report.workloads) {
    for (const { findings } of containers) {
      for (const { code, severity, message, line, suppressed } of findings) {
        if (code !== IMAGE_UNKNOWN || suppressed !== undefined) continue;
        if (severity === 'note') unknownImages += 1;
        else imageProblems.push({ place: `${source.file}:${line ?? source.line}`, message });
      }
    }
  }
  return { ...(unknownImages > 0 && { unknownImages }), ...(imageProblems.length > 0 && { imageProblems }) };
}
