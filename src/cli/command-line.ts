import { parseArgs } from 'node:util';
import { PodproofError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { CommandSpec, OptionSpec } from './command-spec.ts';

/** The words of a command line, sorted by the command's spec. Asking for an option that is not in the spec is a defect. */
export interface CommandLine {
  readonly operands: readonly string[];
  has(name: string): boolean;
  /** The last value given, or undefined. */
  text(name: string): string | undefined;
  /** Every value given, in order. */
  list(name: string): readonly string[];
}

/** The part of `parseArgs`' tokens that is used here. */
interface OptionToken {
  readonly kind: 'option';
  readonly index: number;
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/** Throws `usage` for an option that the spec does not have, a missing or wrong value, and too few or many operands. */
export function parseCommandLine(spec: CommandSpec, argv: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(
      spec.options.map((option) => [
        option.name,
        {
          type: option.value === undefined ? ('boolean' as const) : ('string' as const),
          ...(option.short !== undefined && { short: option.short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option') {
      readOption(spec, token, values);
    } else if (token.kind === 'positional') {
      if (spec.passThrough === true) {
        operands.push(...argv.slice(token.index));
        break;
      }
      operands.push(token.value);
    }
  }
  if (!values.has('help')) checkOperands(spec, operands);
  return commandLine(spec, operands, values);
}

function commandLine(
  spec: CommandSpec,
  operands: readonly string[],
  values: ReadonlyMap<string, readonly string[]>,
): CommandLine {
  const list = (name: string): readonly string[] => {
    if (!spec.options.some((option) => option.name === name)) {
      throw new PodproofError('internal', `command "${spec.name}" has no option "${name}"`);
    }
    return values.get(name) ?? [];
  };
  return {
    operands,
    has: (name) => list(name).length > 0,
    text: (name) => list(name).at(-1),
    list,
  };
}

function readOption(spec: CommandSpec, token: OptionToken, values: Map<string, string[]>): void {
  const option = spec.options.find((candidate) => candidate.name === token.name);
  if (option === undefined) throw unknownOption(spec, token.rawName);
  if (option.value === undefined) {
    readSwitch(option, token, values);
    return;
  }
  const value = token.value;
  const isOption = value !== undefined && token.inlineValue !== true && /^-[^\d]/.test(value);
  if (value === undefined || isOption) {
    throw new PodproofError('usage', `option "${token.rawName}" needs a value: ${option.value}`);
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const meant = nearestName(value, option.choices);
    throw new PodproofError(
      'usage',
      `option "${token.rawName}" cannot be "${value}": it is one of ${option.choices.join(', ')}`,
      meant === undefined ? {} : { advice: `did you mean  ${token.rawName} ${meant}` },
    );
  }
  const before = values.get(option.name);
  if (before !== undefined && option.repeatable !== true && before[0] !== value) {
    throw new PodproofError(
      'usage',
      `option "${token.rawName}" is given twice: "${before[0]}" and "${value}"`,
    );
  }
  values.set(option.name, before === undefined ? [value] : [...before, value]);
}

/** A switch may say so: docker's `--rm=true`, `--privileged=false`. */
function readSwitch(option: OptionSpec, token: OptionToken, values: Map<string, string[]>): void {
  if (token.value === undefined || token.value === 'true') values.set(option.name, ['true']);
  else if (token.value === 'false') values.delete(option.name);
  else throw new PodproofError('usage', `option "${token.rawName}" takes no value, found "${token.value}"`);
}

function unknownOption(spec: CommandSpec, rawName: string): PodproofError {
  const meant = rawName.startsWith('--')
    ? nearestName(
        rawName.slice(2),
        spec.options.map((option) => option.name),
      )
    : undefined;
  const command = spec.name === '' ? 'podproof' : `podproof ${spec.name}`;
  // As kubectl has it, and other commands here.
  if (['-f', '--filename'].includes(rawName) && spec.usage[0]?.includes('[FILE') === true) {
    return new PodproofError('usage', `${command} has no option "${rawName}"`, {
      advice: `files are named as they are:  ${command} FILE`,
    });
  }
  return new PodproofError('usage', `${command} has no option "${rawName}"`, {
    advice: meant === undefined ? `see  ${command} --help` : `did you mean  --${meant}`,
  });
}

function checkOperands(spec: CommandSpec, operands: readonly string[]): void {
  const { minOperands = 0, maxOperands } = spec;
  const usage = `usage: podproof ${spec.usage[0] ?? spec.name}`;
  if (operands.length < minOperands) {
    throw new PodproofError(
      'usage',
      `podproof ${spec.name} needs ${minOperands === 1 ? 'an operand' : `${minOperands} operands`}`,
      {
        advice: usage,
      },
    );
  }
  if (maxOperands !== undefined && operands.length > maxOperands) {
    const extra = operands[maxOperands] ?? '';
    throw new PodproofError('usage', `podproof ${spec.name} does not know what to do with "${extra}"`, {
      advice: usage,
    });
  }
}
