import { PodproofError } from '../../core/errors.ts';
import { decode } from '../../kube/decode.ts';
import type { Pod } from '../../kube/pod.ts';
import { pod as podSchema } from '../../kube/schema/pod-schemas.ts';
import type { Sandbox } from '../../runtime/engine.ts';
import type { PreparedVolume } from '../volumes/prepared-volume.ts';
import { decodeLife } from './decode-life.ts';
import { oneOf } from './one-of.ts';
import type { PodState, PreparedState, RunState } from './pod-state.ts';
import {
  type RunContent,
  type SandboxContent,
  type StateContent,
  stateContent,
  stateVersion,
  type VolumeContent,
} from './state-content.ts';

/**
 * Reads what `encodePodState` wrote for the pod of this directory. Strict: throws for whatever does not look like it, since
 * mounts and signals follow from it.
 */
export function decodePodState(input: unknown, podDir: string): PodState {
  const { value, problems } = decode<StateContent>(stateContent, input);
  if (problems.length > 0 || value.version !== stateVersion)
    throw unreadable(problems.map(({ message }) => message));
  const pod = decodePod(value.pod);
  const { bootId, withoutNetwork, startedAt, stopDeadline, conditions } = value;
  const life = decodeLife(value.life);
  const runs = new Map(value.runs.map((run) => [run.container, decodeRun(run, podDir)]));
  for (const name of runs.keys())
    if (!life.containers.has(name)) throw unreadable([`run of container "${name}"`]);
  return {
    bootId,
    pod,
    withoutNetwork,
    startedAt,
    stopDeadline,
    life,
    conditions,
    prepared: decodePrepared(value, podDir),
    runs,
  };
}

function unreadable(problems: readonly string[]): PodproofError {
  return new PodproofError('invalid', 'cannot read the state of a pod: it was not written by this version', {
    problems,
  });
}

/** It has been validated when it came; a newer version may know more fields. */
function decodePod(input: unknown): Pod {
  const { value, problems } = decode(podSchema, input);
  const wrong = problems.filter(({ code }) => code !== 'unknown-field');
  if (wrong.length > 0 || value.spec.containers.length === 0)
    throw unreadable(wrong.map(({ message }) => message));
  return value;
}

function decodePrepared({ sandbox, volumes }: StateContent, podDir: string): PreparedState | undefined {
  if (sandbox === undefined) return undefined;
  if (sandbox.dir !== podDir) throw unreadable([`sandbox in "${sandbox.dir}"`]);
  return { sandbox: decodeSandbox(sandbox), volumes: (volumes ?? []).map(decodeVolume) };
}

function decodeSandbox({ user, ...sandbox }: SandboxContent): Sandbox {
  const mode = oneOf(user.mode, ['host', 'pod']);
  if (mode === 'host') return { ...sandbox, user: { mode } };
  const { size = 0, hostId = null } = user;
  return { ...sandbox, user: { mode, size, hostId } };
}

function decodeVolume({ ownership, ...volume }: VolumeContent): PreparedVolume {
  return { ...volume, ownership: oneOf(ownership, ['fsGroup', 'fsGroup-read-only', 'untouched']) };
}

function decodeRun(run: RunContent, podDir: string): RunState {
  const { container: _, dir, pid, startTime, ...rest } = run;
  if (!dir.startsWith(`${podDir}/`)) throw unreadable([`container in "${dir}"`]);
  return { ...rest, process: { dir, pid, startTime } };
}
