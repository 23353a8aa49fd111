import type { Instruction, Stage } from './parsed-dockerfile.ts';
import { type PlacedProblem, placed } from './resolve-stages.ts';

/** What `COPY --from=` names: a stage by its number or name; undefined for an image, and where there is no such flag. */
export function sourceStageOf(instruction: Instruction, stages: readonly Stage[]): number | undefined {
  const from = fromOf(instruction);
  if (from === undefined) return undefined;
  if (/^\d{1,9}$/.test(from)) return Number(from);
  const number = stages.findLastIndex(({ name }) => name === from.toLowerCase());
  return number < 0 ? undefined : number;
}

/** Sources that BuildKit refuses: not there, not there yet, or the stage itself. */
export function checkCopySources(
  stages: readonly Stage[],
  lineage: readonly number[],
): readonly PlacedProblem[] {
  const names = new Map(stages.map(({ name }, number) => [name, number]));
  const isBuilt = new Set(lineage);
  return stages.flatMap((stage, number) =>
    stage.instructions.flatMap((instruction) => {
      if (instruction.keyword !== 'COPY') return [];
      const from = fromOf(instruction) ?? '';
      const own = stage.name ?? String(number);
      const source = /^\d{1,9}$/.test(from) ? Number(from) : names.get(from.toLowerCase());
      const message = problemOf(from, source, {
        number,
        own,
        count: stages.length,
        isBuilt: isBuilt.has(number),
      });
      return message === undefined ? [] : [{ message, ...placed(instruction) }];
    }),
  );
}

interface Own {
  readonly number: number;
  readonly own: string;
  readonly count: number;
  readonly isBuilt: boolean;
}

function problemOf(from: string, source: number | undefined, stage: Own): string | undefined {
  if (from.includes('$'))
    return 'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround';
  if (source === undefined) return undefined;
  if (source >= stage.count) return `invalid stage index ${from}`;
  if (source === stage.number) return `circular dependency detected on stage: ${stage.own}`;
  return source > stage.number && stage.isBuilt
    ? `cannot copy from stage "${from}", it needs to be defined before current stage "${stage.own}"`
    : undefined;
}

function fromOf({ flags }: Instruction): string | undefined {
  return flags.find(({ name }) => name === 'from')?.value;
}
