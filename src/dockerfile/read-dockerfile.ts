import type { FindingReport, ProblemReport } from '../core/contract/check-report.ts';
import { nearestName } from '../core/nearest-name.ts';
import { buildStage } from './build-stage.ts';
import { checkCopySources } from './copy-sources.ts';
import { checkInstruction } from './instruction-rules.ts';
import { type LogicalLines, readLogicalLines } from './logical-lines.ts';
import { parseInstruction } from './parse-instruction.ts';
import type { DockerfileOptions, Instruction, ParsedDockerfile, Stage } from './parsed-dockerfile.ts';
import { needsNoArgLine } from './platform-args.ts';
import { findTarget, lineageOf, type PlacedProblem, placed, resolveStages } from './resolve-stages.ts';
import { splitWords } from './split-words.ts';
import { newWork, type Work } from './work.ts';

export type ReadDockerfile =
  | { readonly ok: true; readonly dockerfile: ParsedDockerfile }
  | { readonly ok: false; readonly problems: readonly ProblemReport[] };

/** More says nothing more. */
const maxProblems = 20;

/**
 * Reads a Dockerfile as BuildKit does. `file` is only what reports call it. Brings the parser along: import this module
 * when there is a Dockerfile to read, not before.
 */
export function readDockerfile(file: string, text: string, options: DockerfileOptions): ReadDockerfile {
  const refuse = (problems: readonly Partial<PlacedProblem>[]): ReadDockerfile => ({
    ok: false,
    problems: problems.slice(0, maxProblems).map((problem) => problemReport(file, problem)),
  });
  if (text.includes('\0')) return refuse([{ message: 'it holds a NUL character: it is not text' }]);
  const work = newWork();
  const lines = readLogicalLines(text, work);
  const { instructions, problems: wrong } = readInstructions(lines);
  if (wrong.length > 0) return refuse(wrong);
  const platform = options.platform ?? 'linux/amd64';
  const { stages, globalArgs, problems } = resolveStages(
    instructions,
    lines.escape,
    { ...options, platform },
    work,
  );
  if (problems.length > 0) return refuse(problems);
  if (stages.length === 0) return refuse([{ message: 'dockerfile contains no stages to build' }]);
  const target = findTarget(stages, options.target);
  if ('problem' in target) return refuse([{ message: target.problem, advice: target.advice }]);
  const lineage = lineageOf(stages, target.number);
  const sources = checkCopySources(stages, lineage);
  if (sources.length > 0) return refuse(sources);
  const dockerfile: ParsedDockerfile = {
    file,
    escape: lines.escape,
    stages,
    target: target.number,
    lineage,
    globalArgs,
    buildArgs: options.buildArgs,
    platform,
    warnings: [
      ...syntaxWarnings(lines.syntax),
      ...unusedArgWarnings(instructions, options.buildArgs),
      ...duplicateNameWarnings(stages),
    ],
    readTrigger,
  };
  // What no base image can put right is an error of the file.
  const failures = buildStage(dockerfile, undefined).failures.filter(({ isCertain }) => isCertain);
  return failures.length > 0 ? refuse(failures) : { ok: true, dockerfile };
}

function readInstructions({ lines, escape, unreadable }: LogicalLines): {
  readonly instructions: readonly Instruction[];
  readonly problems: readonly Partial<PlacedProblem>[];
} {
  const instructions: Instruction[] = [];
  const problems: Partial<PlacedProblem>[] = [];
  for (const line of lines) {
    const instruction = parseInstruction(line, escape);
    if (instruction === undefined) continue;
    const problem = checkInstruction(instruction, escape);
    if (problem === undefined) instructions.push(instruction);
    else problems.push({ ...problem, ...placed(instruction) });
  }
  problems.push(...unreadable);
  if (lines.length === 0 && problems.length === 0) problems.push({ message: 'file with no instructions' });
  return { instructions, problems };
}

function readTrigger(
  text: string,
  work: Work,
): { readonly instruction: Instruction } | { readonly problem: string } {
  const { instructions, problems } = readInstructions(readLogicalLines(text, work));
  const [instruction, ...others] = instructions;
  const [problem] = problems;
  if (problem !== undefined) return { problem: problem.message ?? '' };
  if (instruction === undefined || others.length > 0) return { problem: 'it is not one instruction' };
  const { keyword } = instruction;
  return ['ONBUILD', 'FROM', 'MAINTAINER'].includes(keyword)
    ? { problem: `${keyword} isn't allowed as an ONBUILD trigger` }
    : { instruction };
}

function problemReport(file: string, problem: Partial<PlacedProblem>): ProblemReport {
  const { message = '', advice, line, column } = problem;
  return {
    file,
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    message,
    ...(advice !== undefined && { advice }),
  };
}

function syntaxWarnings(syntax: string | undefined): readonly FindingReport[] {
  if (syntax === undefined || /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]|$)/.test(syntax))
    return [];
  return [
    {
      severity: 'warning',
      code: 'dockerfile-syntax',
      message: `it is built by "${syntax}", which may read it in another way than docker/dockerfile does`,
      line: 1,
      column: 1,
    },
  ];
}

function unusedArgWarnings(
  instructions: readonly Instruction[],
  buildArgs: Readonly<Record<string, string>>,
): readonly FindingReport[] {
  const asked = Object.keys(buildArgs).filter((name) => !needsNoArgLine(name));
  if (asked.length === 0) return [];
  const known = new Set<string>();
  for (const it of instructions.flatMap((instruction) => [instruction, instruction.trigger ?? []].flat()))
    if (it.keyword === 'ARG')
      for (const word of splitWords(it.rest, '\\')) known.add(word.split('=', 1)[0] ?? word);
  return asked
    .filter((name) => !known.has(name))
    .map((name): FindingReport => {
      const nearest = nearestName(name.slice(0, 100), [...known].slice(0, 1000));
      return {
        severity: 'warning',
        code: 'build-arg-unused',
        message: `the build argument ${name} has no ARG line: it has no effect`,
        advice: nearest === undefined ? `add  ARG ${name}  where it is used` : `did you mean ${nearest}?`,
      };
    });
}

function duplicateNameWarnings(stages: readonly Stage[]): readonly FindingReport[] {
  const seen = new Set<string>();
  return stages.flatMap(({ name, from }): readonly FindingReport[] => {
    const isDuplicate = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    if (!isDuplicate) return [];
    const message = `there is a stage "${name}" above already: from here on the name means this one`;
    return [{ severity: 'warning', code: 'duplicate-stage-name', message, ...placed(from) }];
  });
}
