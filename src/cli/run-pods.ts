import type { Pod } from '../kube/pod.ts';
import type { PodStatus } from '../kube/pod-status.ts';
import type { NodePorts } from '../node/node-ports.ts';
import { startPod } from '../node/run-pod.ts';
import type { RunningPod } from '../node/running-pod.ts';
import type { CommandContext } from './command.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { followPod, type Print } from './follow-pod.ts';
import { podOptions } from './pod-options.ts';
import { READER_GONE } from './process-signals.ts';
import { refusalAdvice } from './refusal-advice.ts';
import { writeThrough } from './write-through.ts';

/**
 * Runs pods in the foreground until all are over: output as it comes, prefixed when there are several containers.
 * Resolves to the worst exit code. The first signal stops the pods with their grace, a second one kills them.
 */
export async function runPods(
  pods: readonly Pod[],
  node: NodePorts,
  context: CommandContext,
): Promise<number> {
  const started: RunningPod[] = [];
  let interruptedBy: NodeJS.Signals | undefined;
  const release = context.onSignals(['SIGINT', 'SIGTERM', 'SIGHUP', READER_GONE], (name) => {
    const isUrgent = interruptedBy !== undefined || name === READER_GONE;
    for (const pod of started) void pod.stop(isUrgent ? 0 : undefined);
    interruptedBy ??= name;
  });
  try {
    const print = printer(pods, context);
    const running = pods.map(async (wanted) => {
      const pod = await startPod(node, wanted, podOptions(wanted));
      started.push(pod);
      if (interruptedBy !== undefined) void pod.stop(0);
      return runPod(pod, node, print, context);
    });
    // One that cannot be started must not leave others behind that are just being started.
    const codes = await Promise.all(running).catch(async (error: unknown) => {
      await Promise.all(started.map((pod) => pod.stop(0)));
      await Promise.allSettled(running);
      throw error;
    });
    return interruptedBy === undefined ? Math.max(...codes) : exitCodeOf('interrupted', interruptedBy);
  } finally {
    await Promise.all(started.map((pod) => pod.stop(0)));
    release();
  }
}

/** Follows one pod to its end. */
async function runPod(
  pod: RunningPod,
  { engine }: NodePorts,
  print: Print,
  context: CommandContext,
): Promise<number> {
  const follow = followPod(pod, engine, print);
  await pod.waitUntil(isOver);
  await follow.done();
  return exitCodeOfPod(pod, context);
}

/**
 * Nothing will run any more. A refused container would be tried again on a cluster; in the foreground its refusal is the
 * answer, once no other container runs or is about to.
 */
export function isOver({ phase, initContainerStatuses = [], containerStatuses = [] }: PodStatus): boolean {
  if (phase === 'Succeeded' || phase === 'Failed') return true;
  const states = [...initContainerStatuses, ...containerStatuses].map(({ state }) => state);
  const isMoving = states.some(
    ({ running, waiting }) =>
      running !== undefined ||
      waiting?.reason === 'ContainerCreating' ||
      waiting?.reason === 'CrashLoopBackOff',
  );
  return (
    !isMoving && states.some(({ waiting }) => waiting !== undefined && waiting.reason !== 'PodInitializing')
  );
}

/** The worst exit code of its containers; a refused container is told and counts as a finding. */
export function exitCodeOfPod(pod: RunningPod, context: CommandContext): number {
  const { namespace = 'default', name = '' } = pod.pod.metadata;
  tellWarnings(pod, context);
  const codes = pod.containers().map((container) => {
    const { terminated, waiting } = container.status.state;
    if (terminated !== undefined) return terminated.exitCode;
    const { reason = '', message = '' } = waiting ?? {};
    if (message === '') return 0;
    context.stderr.write(
      `podproof: container ${container.name} of pod ${namespace}/${name}: ${reason}: ${message}\n`,
    );
    const refusal = refusalAdvice(container, pod.pod);
    if (refusal !== undefined) context.stderr.write(`  ${refusal.advice}\n`);
    return EXIT.findings;
  });
  const { reason, message } = pod.status();
  const refusal = pod.events.find((event) => event.type === 'Warning' && event.container === undefined);
  const isRefused = pod.sandbox === undefined && refusal !== undefined;
  const told = isRefused ? `${refusal.reason}: ${refusal.message}` : reason && `${reason}: ${message ?? ''}`;
  if (told !== undefined && told !== '')
    context.stderr.write(`podproof: pod ${namespace}/${name}: ${told}\n`);
  return Math.max(told === undefined ? EXIT.asWanted : EXIT.findings, ...codes);
}

/** Told of what runs: not that the manifest could be better, but what of it is not as it says. */
const NOT_AS_WRITTEN = /^(?:field-not-carried-out|.*-(?:unavailable|ignored|clamped|on-host-path))$/;

function tellWarnings(pod: RunningPod, { stderr }: CommandContext): void {
  const { namespace = 'default', name = '' } = pod.pod.metadata;
  const findings = [...pod.findings, ...pod.containers().flatMap((container) => container.findings)];
  const told = findings.filter(({ severity, code }) => severity === 'warning' && NOT_AS_WRITTEN.test(code));
  for (const message of new Set(told.map((finding) => finding.message))) {
    stderr.write(`podproof: pod ${namespace}/${name}: ${message}\n`);
  }
}

function printer(pods: readonly Pod[], { stdout, stderr }: CommandContext): Print {
  const labels = pods.flatMap(({ metadata, spec }) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((it) =>
      labelOf(pods, metadata.name ?? '', it.name),
    ),
  );
  const width = Math.max(...labels.map((label) => label.length));
  return ({ pod, container, stream: name }, line) => {
    const { stream } = name === 'stdout' ? stdout : stderr;
    const prefix = labels.length > 1 ? `${labelOf(pods, pod, container).padEnd(width)} | ` : '';
    // Prefixed lines would run into each other without their ends.
    const end = line.complete || prefix !== '' ? '\n' : '';
    return writeThrough(stream, Buffer.concat([Buffer.from(prefix), line.bytes, Buffer.from(end)]));
  };
}

function labelOf(pods: readonly Pod[], pod: string, container: string): string {
  return pods.length > 1 && pod !== container ? `${pod}/${container}` : container;
}
