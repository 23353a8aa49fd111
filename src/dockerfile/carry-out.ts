import { posix } from 'node:path';
import { BuildFailure } from './build-failure.ts';
import type { BuildState } from './build-state.ts';
import { type Expanded, expand } from './expand-word.ts';
import { accountsOfRun } from './made-accounts.ts';
import type { Instruction } from './parsed-dockerfile.ts';
import { buildArgOf } from './platform-args.ts';
import { portsOf } from './ports.ts';
import { splitPairs, splitWords } from './split-words.ts';

type Effect = (instruction: Instruction, state: BuildState) => void;

/** What instructions change of the image's configuration; the others change only files. */
const effects: ReadonlyMap<string, Effect> = new Map<string, Effect>([
  ['ADD', copy],
  ['ARG', declareArgument],
  ['CMD', command],
  ['COPY', copy],
  ['ENTRYPOINT', entrypoint],
  ['ENV', setVariables],
  ['EXPOSE', expose],
  ['LABEL', label],
  ['ONBUILD', onBuild],
  ['RUN', run],
  ['SHELL', shell],
  ['STOPSIGNAL', stopSignal],
  ['USER', user],
  ['VOLUME', volumes],
  ['WORKDIR', workingDirectory],
]);

/** Throws BuildFailure where the build would fail. */
export function carryOut(instruction: Instruction, state: BuildState): void {
  effects.get(instruction.keyword)?.(instruction, state);
}

function expanded(text: string, { scope, dockerfile, work }: BuildState): Expanded {
  return expand(text, { scope, escape: dockerfile.escape, work });
}

/** All values are worked out before the first is set: `ENV a=1 b=$a` sees the old a. */
function setVariables({ rest }: Instruction, state: BuildState): void {
  for (const { name, value } of expandPairs(rest, state)) {
    state.env.set(name, value);
    state.scope.set(name, value);
  }
}

function expandPairs(
  rest: string,
  state: BuildState,
): readonly { readonly name: string; readonly value: string }[] {
  const pairs = splitPairs(rest, state.dockerfile.escape);
  if ('problem' in pairs) return [];
  return pairs.map(({ name, value }) => ({
    name: expanded(name, state).text,
    value: expanded(value, state).text,
  }));
}

/** A value of `--build-arg` wins, then the line's own, then that of an ARG above the first FROM. */
function declareArgument({ rest }: Instruction, state: BuildState): void {
  const { buildArgs, globalArgs, escape } = state.dockerfile;
  for (const word of splitWords(rest, escape)) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const given = buildArgOf(buildArgs, name);
    const value = given ?? (equals < 0 ? globalArgs.get(name) : expanded(word.slice(equals + 1), state).text);
    if (value !== undefined) state.scope.set(name, value);
  }
}

function user(instruction: Instruction, state: BuildState): void {
  const { text, unset } = expanded(instruction.rest, state);
  const { stage, isTrigger } = state;
  state.config.User = text;
  state.users.push({ instruction, value: text, unset, stage, isTrigger });
}

function workingDirectory({ rest }: Instruction, state: BuildState): void {
  const path = expanded(rest, state).text;
  const { WorkingDir: before } = state.config;
  state.config.WorkingDir = state.isWindows ? path : posix.resolve('/', before ?? '', path);
}

function expose(instruction: Instruction, state: BuildState): void {
  const ports = instruction.words.flatMap((written) => {
    const { words, unset } = expanded(written, state);
    return words.flatMap((word) => portsOf(word, unset[0], state.work));
  });
  for (const port of ports) state.ports.add(port);
  state.exposes.push({ instruction, ports });
}

function volumes({ json, words }: Instruction, state: BuildState): void {
  for (const written of json ?? words) {
    const { text: path, unset } = expanded(written, state);
    if (path === '')
      throw new BuildFailure('VOLUME specified can not be an empty string', undefined, unset[0]);
    state.volumes.add(path);
  }
}

function label({ rest }: Instruction, state: BuildState): void {
  for (const { name, value } of expandPairs(rest, state)) state.labels.set(name, value);
}

function stopSignal({ rest }: Instruction, state: BuildState): void {
  state.config.StopSignal = expanded(rest, state).text;
}

function command(instruction: Instruction, state: BuildState): void {
  const { json, rest } = instruction;
  if (state.config.Entrypoint === undefined || state.config.Entrypoint.length === 0)
    state.command = instruction;
  state.config.Cmd = json ?? [...shellOf(state), rest];
  state.hasCmd = true;
}

/** It takes away the command that was inherited, not one of the same stage. */
function entrypoint(instruction: Instruction, state: BuildState): void {
  const { json, rest } = instruction;
  state.config.Entrypoint = json ?? [...shellOf(state), rest];
  state.command = instruction;
  if (!state.hasCmd) state.config.Cmd = undefined;
}

function shell({ json }: Instruction, state: BuildState): void {
  if (json !== undefined) state.config.Shell = json;
}

function shellOf({ config, isWindows }: BuildState): readonly string[] {
  const { Shell } = config;
  if (Shell !== undefined && Shell.length > 0) return Shell;
  return isWindows ? ['cmd', '/S', '/C'] : ['/bin/sh', '-c'];
}

function copy(instruction: Instruction, state: BuildState): void {
  const flag = (name: string): string | undefined => instruction.flags.find((it) => it.name === name)?.value;
  const paths = (instruction.json ?? instruction.words).map((path) => expanded(path, state).text);
  const chmod = expanded(flag('chmod') ?? '', state).text;
  const { stage, config } = state;
  const destination = posix.resolve('/', config.WorkingDir ?? '', paths.at(-1) ?? '');
  const sources = paths.slice(0, -1);
  state.copies.push({ instruction, chmod, from: flag('from'), sources, destination, stage });
}

function run(instruction: Instruction, state: BuildState): void {
  state.runs.push({ instruction, ...accountsOfRun(instruction, state) });
}

function onBuild(instruction: Instruction, state: BuildState): void {
  state.onBuild.push(instruction);
}
