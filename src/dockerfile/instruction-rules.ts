import { nearestName } from '../core/nearest-name.ts';
import type { Instruction } from './parsed-dockerfile.ts';
import { splitPairs, splitWords } from './split-words.ts';

/** What is wrong with an instruction as it is written, in BuildKit's words. */
export interface InstructionProblem {
  readonly message: string;
  readonly advice?: string;
}

interface Rule {
  readonly flags: readonly string[];
  readonly check: (instruction: Instruction, escape: string) => string | undefined;
}

/** The instructions of Dockerfiles, and what BuildKit refuses of each before anything is built. */
const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['ADD', { flags: addFlags(), check: sourcesAndDestination }],
  ['ARG', { flags: [], check: argumentNames }],
  ['CMD', { flags: [], check: stringsOnly }],
  ['COPY', { flags: ['chown', 'from', 'chmod', 'link', 'exclude', 'parents'], check: sourcesAndDestination }],
  ['ENTRYPOINT', { flags: [], check: stringsOnly }],
  ['ENV', { flags: [], check: pairs }],
  ['EXPOSE', { flags: [], check: atLeastOne }],
  ['FROM', { flags: ['platform'], check: fromArguments }],
  ['HEALTHCHECK', { flags: healthcheckFlags(), check: healthcheck }],
  ['LABEL', { flags: [], check: pairs }],
  ['MAINTAINER', { flags: [], check: exactlyOne }],
  ['ONBUILD', { flags: [], check: trigger }],
  ['RUN', { flags: ['mount', 'network', 'security', 'device'], check: stringsOnly }],
  ['SHELL', { flags: [], check: shell }],
  ['STOPSIGNAL', { flags: [], check: exactlyOne }],
  ['USER', { flags: [], check: exactlyOne }],
  ['VOLUME', { flags: [], check: volumes }],
  ['WORKDIR', { flags: [], check: exactlyOne }],
]);

export function checkInstruction(instruction: Instruction, escape: string): InstructionProblem | undefined {
  const { keyword, flags } = instruction;
  const rule = rules.get(keyword);
  if (rule === undefined) {
    const nearest = nearestName(keyword.slice(0, 40), [...rules.keys()]);
    const message = `unknown instruction: ${shortened(keyword)}`;
    return nearest === undefined ? { message } : { message, advice: `did you mean ${nearest}?` };
  }
  const unknown = flags.find(({ name }) => !rule.flags.includes(name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown.name.slice(0, 40), rule.flags);
    const message = `unknown flag: --${shortened(unknown.name)}`;
    return nearest === undefined ? { message } : { message, advice: `did you mean --${nearest}?` };
  }
  const message = rule.check(instruction, escape);
  return message === undefined ? undefined : { message };
}

function addFlags(): readonly string[] {
  return ['chown', 'chmod', 'link', 'keep-git-dir', 'checksum', 'unpack', 'exclude'];
}

function healthcheckFlags(): readonly string[] {
  return ['interval', 'timeout', 'start-period', 'start-interval', 'retries'];
}

function exactlyOne({ keyword, rest }: Instruction): string | undefined {
  return rest === '' ? `${keyword} requires exactly one argument` : undefined;
}

function atLeastOne({ keyword, rest }: Instruction): string | undefined {
  return rest === '' ? `${keyword} requires at least one argument` : undefined;
}

function stringsOnly(instruction: Instruction): string | undefined {
  return holdsOtherThanStrings(instruction)
    ? 'when using JSON array syntax, arrays must be comprised of strings only'
    : undefined;
}

function holdsOtherThanStrings({ rest, json }: Instruction): boolean {
  if (json !== undefined || !rest.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(rest));
  } catch {
    return false;
  }
}

function sourcesAndDestination(instruction: Instruction): string | undefined {
  const count = instruction.json?.length ?? instruction.words.length;
  const needs =
    'requires at least two arguments, but only one was provided. Destination could not be determined';
  return count < 2 ? `${instruction.keyword} ${needs}` : stringsOnly(instruction);
}

function pairs({ keyword, rest }: Instruction, escape: string): string | undefined {
  const found = splitPairs(rest, escape);
  return 'problem' in found ? `${keyword} ${found.problem}` : undefined;
}

function argumentNames(instruction: Instruction, escape: string): string | undefined {
  const isBlank = splitWords(instruction.rest, escape).some((word) => word.startsWith('='));
  return isBlank ? 'ARG names can not be blank' : atLeastOne(instruction);
}

function fromArguments({ words }: Instruction): string | undefined {
  const [, as = '', name = ''] = words;
  if (words.length === 1) return undefined;
  if (words.length !== 3 || as.toLowerCase() !== 'as') return 'FROM requires either one or three arguments';
  return /^[a-z][a-z0-9-_.]*$/.test(name.toLowerCase())
    ? undefined
    : `invalid name for build stage: "${shortened(name)}", name can't start with a number or contain symbols`;
}

function healthcheck(instruction: Instruction): string | undefined {
  const [type = '', ...others] = instruction.rest.split(/[\t-\r ]+/, 2);
  if (type === '') return atLeastOne(instruction);
  if (type.toUpperCase() === 'NONE')
    return others.length > 0 ? 'HEALTHCHECK NONE takes no arguments' : undefined;
  if (type.toUpperCase() !== 'CMD') return `Unknown type "${shortened(type)}" in HEALTHCHECK (try CMD)`;
  return others.length === 0 ? 'Missing command after HEALTHCHECK CMD' : undefined;
}

function shell(instruction: Instruction): string | undefined {
  if (instruction.json === undefined)
    return stringsOnly(instruction) ?? 'SHELL requires the arguments to be in JSON form';
  return instruction.json.length === 0 ? 'SHELL requires at least one argument' : undefined;
}

function volumes(instruction: Instruction): string | undefined {
  const paths = instruction.json ?? instruction.words;
  if (paths.length === 0) return atLeastOne({ ...instruction, rest: '' });
  if (paths.some((path) => path.trim() === '')) return 'VOLUME specified can not be an empty string';
  return stringsOnly(instruction);
}

function trigger(instruction: Instruction, escape: string): string | undefined {
  const triggered = instruction.trigger;
  if (triggered === undefined) return atLeastOne(instruction);
  switch (triggered.keyword) {
    case 'ONBUILD':
      return "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed";
    case 'MAINTAINER':
    case 'FROM':
      return `${triggered.keyword} isn't allowed as an ONBUILD trigger`;
    default:
      return checkInstruction(triggered, escape)?.message;
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
