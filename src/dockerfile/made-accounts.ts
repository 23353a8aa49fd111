import { BuildFailure } from './build-failure.ts';
import { expand, type Scope } from './expand-word.ts';
import type { Instruction } from './parsed-dockerfile.ts';
import { shellCommands } from './shell-commands.ts';
import type { Work } from './work.ts';

/** A user or a group that a RUN line makes. */
export interface MadeAccount {
  readonly kind: 'user' | 'group';
  readonly name: string;
  /** Undefined where the program chooses it. */
  readonly id: number | undefined;
  /** Number or name of a user's group, where the line says it. */
  readonly group: string | undefined;
  /** `useradd`, `adduser`, `groupadd` or `addgroup`. */
  readonly program: string;
  readonly line: number;
  readonly column: number;
  /** The image has it, whatever else happens in the build. */
  readonly isCertain: boolean;
}

interface Program {
  readonly kind: 'user' | 'group';
  /** Options with a value that says nothing here. */
  readonly valued: readonly string[];
  readonly id: readonly string[];
  readonly group: readonly string[];
}

/** shadow's programs, and those of BusyBox and Debian, which go by the same names. */
const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  [
    'useradd',
    {
      kind: 'user',
      valued: words(
        'b c d e f G k K p P R s Z base-dir comment home-dir home expiredate inactive groups skel key password prefix root shell selinux-user',
      ),
      id: ['u', 'uid'],
      group: ['g', 'gid'],
    },
  ],
  [
    'adduser',
    {
      kind: 'user',
      valued: words('h g s k home shell gecos comment conf firstuid lastuid firstgid lastgid'),
      id: ['u', 'uid'],
      group: ['G', 'gid', 'ingroup'],
    },
  ],
  [
    'groupadd',
    { kind: 'group', valued: words('K p P R U key password prefix root users'), id: ['g', 'gid'], group: [] },
  ],
  ['addgroup', { kind: 'group', valued: words('conf firstgid lastgid'), id: ['g', 'gid'], group: [] }],
]);

const makes = /\b(?:useradd|adduser|groupadd|addgroup)\b/;
const changes =
  /\b(?:usermod|userdel|deluser|groupmod|groupdel|delgroup|gpasswd|newusers|vipw|vigr)\b|\/etc\/(?:passwd|group)\b/;

/** The accounts that a RUN line evidently makes, its variables put in as far as the build knows them. */
export function accountsOfRun(
  instruction: Instruction,
  { scope, work }: { readonly scope: Scope; readonly work: Work },
): { readonly accounts: readonly MadeAccount[]; readonly mayChangeAccounts: boolean } {
  const script = scriptOf(instruction);
  const accounts: MadeAccount[] = [];
  let mayChangeAccounts = changes.test(script);
  if (!makes.test(script)) return { accounts, mayChangeAccounts };
  for (const { words: written, isCertain } of shellCommands(script)) {
    const [program = '', ...rest] = commandOf(written, scope, work);
    const known = programs.get(program.slice(program.lastIndexOf('/') + 1));
    if (known === undefined) continue;
    const { names, id, group } = readOptions(rest, known);
    const [name] = names;
    // A second name makes a user member of a group that is there.
    if (names.length > 1) mayChangeAccounts = true;
    if (name === undefined || names.length > 1 || name.includes('$')) continue;
    const { line, column } = instruction;
    accounts.push({ kind: known.kind, name, id, group, program, line, column, isCertain });
  }
  return { accounts, mayChangeAccounts };
}

function words(text: string): readonly string[] {
  return text.split(' ');
}

function scriptOf({ json, rest, heredocs }: Instruction): string {
  const [, , third] = json ?? [];
  return [third ?? json?.join(' ') ?? rest, ...heredocs].join('\n');
}

function commandOf(written: readonly string[], scope: Scope, work: Work): readonly string[] {
  try {
    return written.map((word) => expand(word, { scope, escape: '\\', work, keepsUnset: true }).text);
  } catch (error) {
    if (error instanceof BuildFailure) return [];
    throw error;
  }
}

interface Options {
  readonly names: readonly string[];
  readonly id: number | undefined;
  readonly group: string | undefined;
}

function readOptions(args: readonly string[], program: Program): Options {
  const names: string[] = [];
  const values = new Map<string, string>();
  const takes = (option: string): boolean =>
    [...program.valued, ...program.id, ...program.group].includes(option);
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? '';
    if (!arg.startsWith('-') || arg === '-') {
      names.push(arg);
      continue;
    }
    const { option, value } = arg.startsWith('--') ? longOption(arg) : shortOption(arg, takes);
    if (!takes(option)) continue;
    values.set(option, value ?? args[i + 1] ?? '');
    if (value === undefined) i += 1;
  }
  const valueOf = (options: readonly string[]): string | undefined =>
    options.map((option) => values.get(option)).find((value) => value !== undefined);
  const id = valueOf(program.id);
  return {
    names,
    id: id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined,
    group: valueOf(program.group),
  };
}

interface Option {
  readonly option: string;
  readonly value: string | undefined;
}

function longOption(arg: string): Option {
  const equals = arg.indexOf('=');
  return equals < 0
    ? { option: arg.slice(2), value: undefined }
    : { option: arg.slice(2, equals), value: arg.slice(equals + 1) };
}

/** `-rmu 1000` and `-u1000`: the first letter that takes a value takes the rest of the word, or the next one. */
function shortOption(arg: string, takes: (option: string) => boolean): Option {
  const letters = Array.from(arg.slice(1));
  const index = letters.findIndex(takes);
  if (index < 0) return { option: arg.slice(1), value: undefined };
  const rest = letters.slice(index + 1).join('');
  return { option: letters[index] ?? '', value: rest === '' ? undefined : rest };
}
