import type { ContainerLife, ContainerRun, Termination } from '../container-life.ts';
import type { PodLife, PodStage, StopCause } from '../pod-life.ts';
import { oneOf, present } from './one-of.ts';
import type {
  ContainerContent,
  ContainerRunContent,
  LifeContent,
  TerminationContent,
} from './state-content.ts';

/** The life that a state tells. */
export function decodeLife(content: LifeContent): PodLife {
  const containers = new Map(
    content.containers.map((container) => [container.name, decodeContainer(container)] as const),
  );
  return { ...decodeStage(content), containers };
}

const stages = ['preparing', 'refused', 'initializing', 'running', 'stopping', 'finished'] as const;

function decodeStage(content: LifeContent): PodStage {
  const { reason = '', message = '', current = 0, graceSeconds } = content;
  const stage = oneOf(content.stage, stages);
  switch (stage) {
    case 'preparing':
    case 'running':
      return { stage };
    case 'refused':
      return { stage, reason, message };
    case 'initializing':
      return { stage, current };
    case 'stopping':
      return { stage, cause: decodeCause(content.cause), graceSeconds };
    case 'finished':
      return { stage, cause: decodeCause(content.cause) };
  }
}

function decodeCause(content: LifeContent['cause']): StopCause {
  const { kind: text, reason = '', message = '' } = present(content, 'the cause of the end');
  const kind = oneOf(text, ['completed', 'init-failed', 'requested', 'halted', 'failed']);
  return kind === 'failed' ? { kind, reason, message } : { kind };
}

function decodeContainer(content: ContainerContent): ContainerLife {
  const { restartCount, run, lastTermination, backOff } = content;
  return {
    restartCount,
    run: decodeRun(run),
    ...(lastTermination === undefined ? {} : { lastTermination: decodeTermination(lastTermination) }),
    ...(backOff === undefined ? {} : { backOff }),
  };
}

const states = ['pending', 'starting', 'refused', 'running', 'backing-off', 'terminated'] as const;

function decodeRun(content: ContainerRunContent): ContainerRun {
  const { reason = '', message = '', delayMs = 0 } = content;
  const state = oneOf(content.state, states);
  switch (state) {
    case 'pending':
      return { state };
    case 'starting':
      return { state, ...(content.refusal === undefined ? {} : { refusal: content.refusal }) };
    case 'refused':
      return { state, reason, message };
    case 'running':
      return decodeRunning(content);
    case 'backing-off':
      return { state, delayMs, termination: decodeTermination(content.termination) };
    case 'terminated':
      return { state, termination: decodeTermination(content.termination) };
  }
}

const killReasons = ['stop', 'startup', 'liveness', 'post-start', 'changed'] as const;

function decodeRunning({
  startedAt,
  step,
  ready,
  killedFor,
  hookFailure,
}: ContainerRunContent): ContainerRun {
  return {
    state: 'running',
    startedAt: present(startedAt, 'the start of a container'),
    step: oneOf(step, ['post-start', 'startup-probe', 'up']),
    ready: ready === true,
    killedFor: killedFor === undefined ? undefined : oneOf(killedFor, killReasons),
    ...(hookFailure === undefined ? {} : { hookFailure }),
  };
}

const reasons = ['Completed', 'Error', 'OOMKilled', 'StartError', 'ContainerStatusUnknown'] as const;

function decodeTermination(content: TerminationContent | undefined): Termination {
  const { reason, message, startedAt, ...termination } = present(content, 'the end of a container');
  return { ...termination, reason: oneOf(reason, reasons), message, startedAt };
}
