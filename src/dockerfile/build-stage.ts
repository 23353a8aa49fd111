import type { Image } from '../image/image.ts';
import { baseReferenceOf } from './base-reference.ts';
import { BuildFailure } from './build-failure.ts';
import type { BuildState } from './build-state.ts';
import { carryOut } from './carry-out.ts';
import type { Instruction, ParsedDockerfile, Stage } from './parsed-dockerfile.ts';
import { placed } from './resolve-stages.ts';
import { wellKnownBase } from './well-known-bases.ts';
import { newWork } from './work.ts';

/** As BuildKit gives it to an image that has none. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Carries out the instructions of the judged stage and of all that it goes on from, without running anything. Of a base
 * image that is not at hand nothing is assumed but what is known of well-known ones.
 */
export function buildStage(dockerfile: ParsedDockerfile, base: Image | undefined): BuildState {
  const state = newState(dockerfile, base);
  let triggers = baseTriggers(state);
  for (const number of dockerfile.lineage) {
    const stage = dockerfile.stages[number];
    if (stage === undefined) continue;
    state.stage = number;
    state.hasCmd = false;
    state.onBuild = [];
    state.isTrigger = true;
    for (const instruction of triggers) attempt(state, instruction, () => carryOut(instruction, state));
    state.isTrigger = false;
    for (const instruction of stage.instructions)
      attempt(state, instruction, () => carryOut(instruction, state));
    triggers = state.onBuild.flatMap(({ trigger }) => trigger ?? []);
  }
  return state;
}

function newState(dockerfile: ParsedDockerfile, base: Image | undefined): BuildState {
  const { User, WorkingDir, StopSignal, Entrypoint, Cmd, Shell, ...config } = base?.config.config ?? {};
  const reference = baseReferenceOf(dockerfile);
  const known = base === undefined && reference !== undefined ? wellKnownBase(reference) : undefined;
  const os = base?.config.os ?? known?.os ?? (platformOf(dockerfile) ?? dockerfile.platform).split('/')[0];
  const env = new Map((config.Env ?? known?.env ?? []).map(splitVariable));
  if (os !== 'windows' && !env.has('PATH')) env.set('PATH', defaultPath);
  return {
    dockerfile,
    base,
    isWindows: os === 'windows',
    work: newWork(),
    config: {
      User: User ?? known?.user,
      WorkingDir,
      StopSignal,
      Entrypoint: Entrypoint ?? undefined,
      Cmd: Cmd ?? undefined,
      Shell: Shell ?? undefined,
    },
    env,
    scope: new Map(env),
    labels: new Map(Object.entries(config.Labels ?? {})),
    ports: new Set(Object.keys(config.ExposedPorts ?? {})),
    volumes: new Set(Object.keys(config.Volumes ?? {})),
    onBuild: [],
    stage: 0,
    hasCmd: false,
    isTrigger: false,
    users: [],
    copies: [],
    runs: [],
    exposes: [],
    command: undefined,
    failures: [],
  };
}

function platformOf({ stages, lineage }: ParsedDockerfile): string | undefined {
  return stages[lineage[0] ?? 0]?.platform;
}

function splitVariable(variable: string): readonly [string, string] {
  const equals = variable.indexOf('=');
  return equals < 0 ? [variable, ''] : [variable.slice(0, equals), variable.slice(equals + 1)];
}

/** What the base image's own Dockerfile left behind for those who build on it. */
function baseTriggers(state: BuildState): readonly Instruction[] {
  const { stages, lineage } = state.dockerfile;
  const first = stages[lineage[0] ?? 0];
  if (first === undefined) return [];
  return (state.base?.config.config.OnBuild ?? []).flatMap((text) => {
    const instruction = attempt(state, first.from, () => readTrigger(text, first, state));
    return instruction ?? [];
  });
}

/** It counts as written where the image is named. */
function readTrigger(text: string, { from }: Stage, { dockerfile, work }: BuildState): Instruction {
  const trigger = dockerfile.readTrigger(text, work);
  if ('problem' in trigger)
    throw new BuildFailure(`the base image has an ONBUILD trigger that cannot be run: ${trigger.problem}`);
  const { line, column, endLine } = from;
  return { ...trigger.instruction, line, column, endLine, restLine: line, restColumn: column };
}

function attempt<T>(state: BuildState, instruction: Instruction, act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof BuildFailure)) throw error;
    const { message, advice, variable } = error;
    const isCertain = variable === undefined || baseReferenceOf(state.dockerfile) === undefined;
    state.failures.push({ message, advice, isCertain, ...placed(instruction) });
    return undefined;
  }
}
