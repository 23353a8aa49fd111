import { messageOf, PodproofError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import { parseReference } from '../image/reference.ts';
import { BuildFailure } from './build-failure.ts';
import { type Expanded, expand } from './expand-word.ts';
import type { DockerfileOptions, EscapeCharacter, Instruction, Stage } from './parsed-dockerfile.ts';
import { buildArgOf, platformArgs } from './platform-args.ts';
import { splitWords } from './split-words.ts';
import type { Work } from './work.ts';

/** Something that stops a build, and where. */
export interface PlacedProblem {
  readonly message: string;
  readonly advice?: string | undefined;
  readonly line: number;
  readonly column: number;
}

export interface ResolvedStages {
  readonly stages: readonly Stage[];
  readonly globalArgs: ReadonlyMap<string, string>;
  readonly problems: readonly PlacedProblem[];
}

interface Context {
  readonly args: Map<string, string>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly escape: EscapeCharacter;
  readonly work: Work;
  readonly problems: PlacedProblem[];
}

/** Groups instructions by their FROM lines and finds out what each stage starts from. */
export function resolveStages(
  instructions: readonly Instruction[],
  escape: EscapeCharacter,
  options: DockerfileOptions & { readonly platform: string },
  work: Work,
): ResolvedStages {
  const groups = groupByStage(instructions);
  const problems: PlacedProblem[] = groups.stray.map((instruction) => ({
    message: `no build stage in current context: ${instruction.keyword} stands before the first FROM`,
    ...placed(instruction),
  }));
  const last = groups.stages.at(-1);
  const target = options.target ?? (last && stageName(last.from)) ?? '';
  const context: Context = {
    args: platformArgs(options.platform, target === '' ? 'default' : target, options.buildArgs),
    buildArgs: options.buildArgs,
    escape,
    work,
    problems,
  };
  for (const instruction of groups.args)
    attempt(context, instruction, () => setGlobalArgs(instruction, context));
  const stages = groups.stages.length === 0 ? [] : resolveEach(groups.stages, context);
  return { stages, globalArgs: context.args, problems };
}

/** What --build-arg gives wins; a default may use those before it. */
function setGlobalArgs({ rest }: Instruction, context: Context): void {
  for (const word of splitWords(rest, context.escape)) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const value =
      buildArgOf(context.buildArgs, name) ??
      (equals < 0 ? undefined : expandWith(word.slice(equals + 1), context).text);
    if (value !== undefined) context.args.set(name, value);
  }
}

interface StageLines {
  readonly from: Instruction;
  readonly instructions: Instruction[];
}

function groupByStage(instructions: readonly Instruction[]): {
  readonly args: readonly Instruction[];
  readonly stray: readonly Instruction[];
  readonly stages: readonly StageLines[];
} {
  const args: Instruction[] = [];
  const stray: Instruction[] = [];
  const stages: StageLines[] = [];
  for (const instruction of instructions) {
    const current = stages.at(-1);
    if (instruction.keyword === 'FROM') stages.push({ from: instruction, instructions: [] });
    else if (current !== undefined) current.instructions.push(instruction);
    else if (instruction.keyword === 'ARG') args.push(instruction);
    else stray.push(instruction);
  }
  return { args, stray, stages };
}

function resolveEach(lines: readonly StageLines[], context: Context): readonly Stage[] {
  const numbers = new Map<string, number>();
  return lines.map(({ from, instructions }, number): Stage => {
    const image = attempt(context, from, () => baseName(from, context)) ?? 'scratch';
    const stage = numbers.get(image);
    if (stage === undefined) checkReference(image, from, numbers, context);
    const name = stageName(from);
    if (name !== undefined) numbers.set(name, number);
    return {
      name,
      from,
      base: stage === undefined ? { image } : { stage },
      platform: attempt(context, from, () => platformOf(from, context)),
      instructions,
    };
  });
}

function baseName(from: Instruction, context: Context): string {
  const [written = ''] = from.words;
  const { text, unset } = expandWith(written, context);
  if (text === '') throw new BuildFailure(`base name (${written}) should not be blank`, giveArgs(unset));
  return text;
}

function checkReference(
  image: string,
  from: Instruction,
  stages: ReadonlyMap<string, number>,
  context: Context,
): void {
  if (image === 'scratch') return;
  const [written = ''] = from.words;
  try {
    parseReference(image);
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    const lower = stages.has(image.toLowerCase()) ? `write  FROM ${image.toLowerCase()}` : undefined;
    const { unset } = expandWith(written, context);
    context.problems.push({
      message: `failed to parse stage name "${image}": ${messageOf(error).replace(/^.*": /, '')}`,
      advice: lower ?? giveArgs(unset),
      ...placed(from),
    });
  }
}

function platformOf({ flags }: Instruction, context: Context): string | undefined {
  const written = flags.find(({ name }) => name === 'platform')?.value;
  if (written === undefined) return undefined;
  const { text, unset } = expandWith(written, context);
  if (text === '') throw new BuildFailure(`empty platform value from expression ${written}`, giveArgs(unset));
  return text;
}

/** Those of a FROM line that has no value: only the one who builds knows them. */
function giveArgs(unset: readonly string[]): string | undefined {
  return unset.length === 0
    ? undefined
    : `give it a default above the first FROM, or  ${unset.map((name) => `--build-arg ${name}=...`).join(' ')}`;
}

function stageName({ words }: Instruction): string | undefined {
  return words.length === 3 ? words[2]?.toLowerCase() : undefined;
}

function expandWith(text: string, { args, escape, work }: Context): Expanded {
  return expand(text, { scope: args, escape, work });
}

function attempt<T>(context: Context, instruction: Instruction, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    const { message, advice } = error;
    context.problems.push({ message, advice, ...placed(instruction) });
    return undefined;
  }
}

export function placed({ line, column }: Instruction): { readonly line: number; readonly column: number } {
  return { line, column };
}

/** The number of the stage that is to be judged, or what is wrong with its name. */
export function findTarget(
  stages: readonly Stage[],
  target: string | undefined,
): { readonly number: number } | { readonly problem: string; readonly advice?: string } {
  if (target === undefined) return { number: stages.length - 1 };
  const number = stages.findLastIndex(({ name }) => name === target.toLowerCase());
  if (number >= 0) return { number };
  const names = stages.flatMap(({ name }) => name ?? []);
  const nearest = nearestName(target.slice(0, 100), names.slice(0, 1000));
  const problem = `target stage "${target}" could not be found`;
  return nearest === undefined ? { problem } : { problem, advice: `did you mean ${nearest}?` };
}

/** From the stage that starts from an image to the given one. */
export function lineageOf(stages: readonly Stage[], target: number): readonly number[] {
  const lineage: number[] = [];
  let number: number | undefined = target;
  while (number !== undefined) {
    lineage.push(number);
    const base: Stage['base'] | undefined = stages[number]?.base;
    number = base !== undefined && 'stage' in base ? base.stage : undefined;
  }
  return lineage.reverse();
}
