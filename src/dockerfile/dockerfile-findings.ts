import type { FindingReport } from '../core/contract/check-report.ts';
import { shellWord } from '../core/shell-word.ts';
import { baseReferenceOf } from './base-reference.ts';
import type { BuildState } from './build-state.ts';
import { type BuiltUser, dependsOnBase, groupIds } from './image-user.ts';
import type { Instruction } from './parsed-dockerfile.ts';
import { shellCommands } from './shell-commands.ts';

interface Subject {
  readonly state: BuildState;
  readonly user: BuiltUser;
  /** Why the base image could not be read. */
  readonly problem: string | undefined;
}

type Finder = (subject: Subject) => readonly FindingReport[];

/** In the order in which they are told. */
const finders: readonly Finder[] = Object.freeze([
  buildFailures,
  baseUnknown,
  windowsImage,
  rootAgain,
  lostStageUser,
  emptyUser,
  lostGroup,
  setuidFiles,
  sudoCommand,
  lowPorts,
  noCommand,
]);

/** What its author should know beside the verdict, from the security context's point of view alone. */
export function dockerfileFindings(
  state: BuildState,
  user: BuiltUser,
  problem: string | undefined,
): readonly FindingReport[] {
  return finders.flatMap((finder) => finder({ state, user, problem }));
}

function buildFailures({ state }: Subject): readonly FindingReport[] {
  return state.failures.slice(0, 20).map(({ message, advice, line, column }) => ({
    severity: 'warning',
    code: 'build-fails',
    message: `docker build stops here: ${message}`,
    line,
    column,
    ...(advice !== undefined && { advice }),
  }));
}

/** Nobody looked for it: a note. Somebody did, in vain: a warning with the reason. */
function baseUnknown({ state, user, problem }: Subject): readonly FindingReport[] {
  const reference = baseReferenceOf(state.dockerfile);
  const known = dependsOnBase(user, state);
  if (reference === undefined || known === undefined) return [];
  const first = state.dockerfile.stages[state.dockerfile.lineage[0] ?? 0];
  const assumed =
    known === 'documented'
      ? 'base image not at hand: goes by what its makers document'
      : 'base image unknown: verdict assumes root';
  return [
    {
      severity: problem === undefined ? 'note' : 'warning',
      code: 'base-image-unknown',
      message: `${assumed}${problem === undefined ? '' : `: ${problem}`}`,
      ...(first !== undefined && { line: first.from.restLine, column: first.from.restColumn }),
      ...(problem === undefined && { advice: `podproof image pull ${shellWord(reference)}` }),
    },
  ];
}

function windowsImage({ state }: Subject): readonly FindingReport[] {
  if (!state.isWindows) return [];
  const message =
    'an image for Windows: users are names there, and runAsNonRoot refuses only ContainerAdministrator';
  return [{ severity: 'note', code: 'windows-image', message }];
}

/** A line that takes back what an earlier one had set. */
function rootAgain({ state, user }: Subject): readonly FindingReport[] {
  const { line } = user;
  if (line === undefined || !user.isRoot || state.isWindows) return [];
  const earlier = state.users.findLast(({ value }) => value !== '' && !/^(?:root|0+)(?::|$)/.test(value));
  if (earlier === undefined) return [];
  const what = `USER ${earlier.value} of line ${earlier.instruction.line}`;
  const message = `this line makes it root again: ${what} does not count for the image`;
  return [{ severity: 'warning', code: 'user-root-again', message, ...restOf(line.instruction) }];
}

/** A USER line of a stage that the judged one does not go on from. */
function lostStageUser({ state, user }: Subject): readonly FindingReport[] {
  const { stages, lineage, target } = state.dockerfile;
  if (!user.isRoot || state.users.length > 0) return [];
  for (const [number, stage] of stages.entries()) {
    const line = lineage.includes(number)
      ? undefined
      : stage.instructions.findLast(({ keyword }) => keyword === 'USER');
    if (line === undefined) continue;
    const name = stages[target]?.name ?? String(target);
    const message = `USER ${line.rest} of stage ${stage.name ?? number} does not count: stage ${name} does not go on from it`;
    return [{ severity: 'note', code: 'user-of-other-stage', message, ...restOf(line) }];
  }
  return [];
}

function emptyUser({ state, user: { line } }: Subject): readonly FindingReport[] {
  if (line === undefined || line.value !== '' || state.isWindows) return [];
  const [variable] = line.unset;
  const why = variable === undefined ? '' : `: nothing gives ${variable} a value`;
  const message = `USER ${line.instruction.rest} is empty${why}, and that means root`;
  return [{ severity: 'warning', code: 'user-empty', message, ...restOf(line.instruction) }];
}

function lostGroup({ state, user }: Subject): readonly FindingReport[] {
  const { group, line } = user;
  if (group === undefined || line === undefined || state.isWindows || user.isRoot) return [];
  const { gid, own } = groupIds(group, user, state);
  if (gid !== undefined && gid === own) return [];
  const message = `the group of USER ${user.written} does not count in Kubernetes`;
  const advice = `write  runAsGroup: ${gid ?? 'GID'}  in the pod to keep it`;
  return [{ severity: 'note', code: 'image-group-lost', message, advice, ...restOf(line.instruction) }];
}

/** `COPY --chmod=4755`: the setuid or the setgid bit. */
function setuidFiles({ state }: Subject): readonly FindingReport[] {
  return state.copies
    .filter(({ chmod }) => isSetuid(chmod))
    .slice(0, 20)
    .map(({ chmod, instruction }) => ({
      severity: 'note',
      code: 'setuid-file',
      message: `--chmod=${chmod} makes a setuid or setgid program: allowPrivilegeEscalation: false takes its effect`,
      line: instruction.line,
      column: instruction.column,
    }));
}

function isSetuid(chmod: string): boolean {
  return /^0*[2-7][0-7]{3}$/.test(chmod) || /(?:^|,)[ugoa]*[+=][rwxXt]*s/.test(chmod);
}

function sudoCommand({ state, user }: Subject): readonly FindingReport[] {
  const { Entrypoint, Cmd } = state.config;
  const argv = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const program = programOf(argv);
  if (program !== 'sudo' || state.isWindows || user.isRoot) return [];
  const message = 'it starts with sudo, which fails under allowPrivilegeEscalation: false (no_new_privs)';
  const decider = state.command;
  return [
    {
      severity: 'warning',
      code: 'sudo-command',
      message,
      ...(decider !== undefined && { line: decider.line, column: decider.column }),
      advice: 'start the program itself, as the user that it is to run as',
    },
  ];
}

/** Of a shell's script the first command's. */
function programOf(argv: readonly string[]): string {
  const [first = '', option, script] = argv;
  const isScript = /(?:^|\/)(?:ba|da|a)?sh$/.test(first) && option === '-c';
  const words = isScript ? shellCommands((script ?? '').slice(0, 10_000))[0]?.words : argv;
  const program = words?.find((word) => word !== 'exec') ?? '';
  return program.slice(program.lastIndexOf('/') + 1);
}

function lowPorts({ state, user }: Subject): readonly FindingReport[] {
  if (user.isRoot || state.isWindows) return [];
  const line = state.exposes.find(({ ports }) => ports.some(isLow));
  const port = line?.ports.find(isLow);
  if (line === undefined || port === undefined) return [];
  const message = `a user other than root may listen on port ${port.split('/', 1)[0]} under containerd, but not under CRI-O or with hostNetwork`;
  const advice = 'listen on a port from 1024 on';
  const { instruction } = line;
  return [{ severity: 'note', code: 'low-port', message, advice, ...restOf(instruction) }];
}

function noCommand({ state }: Subject): readonly FindingReport[] {
  if (!isFilesOnly(state)) return [];
  const message = 'it has neither ENTRYPOINT nor CMD: taken for files to copy out, not for an image to run';
  const { line, column } = state.dockerfile.stages[state.dockerfile.target]?.from ?? { line: 1, column: 1 };
  return [{ severity: 'note', code: 'image-without-command', message, line, column }];
}

/** As many builds make them: files that are taken out of it, and nothing that anybody would start. */
export function isFilesOnly({ dockerfile, config, users }: BuildState): boolean {
  const { Entrypoint = [], Cmd = [] } = config;
  const isScratch = baseReferenceOf(dockerfile) === undefined;
  return isScratch && users.length === 0 && Entrypoint.length === 0 && Cmd.length === 0;
}

function isLow(port: string): boolean {
  const number = Number.parseInt(port, 10);
  return number > 0 && number < 1024;
}

function restOf({ restLine, restColumn }: Instruction): { readonly line: number; readonly column: number } {
  return { line: restLine, column: restColumn };
}
