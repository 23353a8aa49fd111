import { existsSync } from 'node:fs';
import type { Profile } from '../../confinement/confinement.ts';
import type { PodProof, ProofReport } from '../../core/contract/proof-report.ts';
import { PodproofError } from '../../core/errors.ts';
import { KUBERNETES_VERSION } from '../../core/kubernetes-version.ts';
import type { Workload } from '../../manifest/workloads.ts';
import type { NodePorts } from '../../node/node-ports.ts';
import type { RunningPod } from '../../node/running-pod.ts';
import type { Command, CommandContext } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { parseDuration } from '../duration.ts';
import { EXIT } from '../exit-code.ts';
import {
  isContainerFailed,
  isContainerRefused,
  isRefused,
  parseExpectation,
  unmetExpectations,
} from '../expectation.ts';
import { OUTPUT_OPTION, PROFILE_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';
import { profileOf } from '../profile.ts';

/** `podproof prove`: run, read back, compare, tear down. */
export const prove: Command = {
  spec: {
    name: 'prove',
    summary:
      'Run pods for real, read back from the kernel what was applied, compare it field by field, tear down.',
    usage: ['prove -f FILE...', 'prove POD... [-n NAMESPACE]', 'prove --pid N [-f FILE --container NAME]'],
    options: [
      {
        name: 'file',
        short: 'f',
        value: 'FILE',
        repeatable: true,
        description: 'manifest, directory, or - for standard input',
      },
      { name: 'all', description: 'show the facts that hold as well' },
      {
        name: 'settle',
        value: 'DURATION',
        description: 'how long pods without probes run first (default 1s)',
      },
      {
        name: 'timeout',
        value: 'DURATION',
        description: 'how long to wait until pods are ready (default 60s)',
      },
      {
        name: 'expect',
        value: 'WHAT',
        repeatable: true,
        description: 'refused, or NAME=REASON for a pod or container: then that is success',
      },
      {
        name: 'namespace',
        short: 'n',
        value: 'NAME',
        description: 'of pods that the node runs (default: default)',
      },
      { name: 'pid', value: 'N', description: 'observe a process that runs already, whoever started it' },
      { name: 'container', value: 'NAME', description: 'with --pid and -f: the container to compare with' },
      { name: 'runtime', value: 'PATH', description: 'OCI runtime (default: runc)' },
      PROFILE_OPTION,
      OUTPUT_OPTION,
    ],
    notes: [
      'Exit code: 0 everything is proven; 1 something does not hold, failed or was refused; 2 bad input;',
      '4 this machine cannot do it.',
    ],
  },
  run: async (line, context) => {
    const pods = line.has('pid') || line.has('file') ? [] : line.operands.filter((it) => !isFile(it));
    const files = [...line.list('file'), ...line.operands.filter((it) => !pods.includes(it))];
    if (pods.length > 0) return proveRunning(pods, files, line, context);
    if (line.has('pid')) {
      const { proveProcess } = await import('../prove-process.ts');
      return proveProcess(files, line, context);
    }
    if (files.length === 0) {
      throw new PodproofError('usage', 'podproof prove needs a manifest', {
        advice: 'podproof prove -f FILE',
      });
    }
    const expectations = line.list('expect').map(parseExpectation);
    const report = await provePods(files, proveOptions(line), context);
    await printProof(report, line, context);
    const unmet = unmetExpectations(report, expectations);
    for (const text of unmet) context.stderr.write(`podproof: ${text}\n`);
    if (expectations.length > 0) return unmet.length === 0 ? EXIT.asWanted : EXIT.findings;
    return report.summary.failed + report.summary.refused === 0 ? EXIT.asWanted : EXIT.findings;
  },
};

/** A path rather than the name of a pod that the node runs. */
function isFile(operand: string): boolean {
  return operand === '-' || /[/]|\.(?:ya?ml|json)$/.test(operand) || existsSync(operand);
}

/** Pods of the node: they go on running. */
async function proveRunning(
  pods: readonly string[],
  files: readonly string[],
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  if (files.length > 0)
    throw new PodproofError('usage', 'podproof prove takes manifests or pods of the node, not both at once', {
      advice: `without "${files.join(' ')}", or without "${pods.join(' ')}"`,
    });
  const { proveRunningPods } = await import('../up/prove-running-pods.ts');
  const report = await proveRunningPods(pods, line.text('namespace') ?? 'default', context);
  await printProof(report, line, context);
  return report.summary.failed + report.summary.refused === 0 ? EXIT.asWanted : EXIT.findings;
}

async function printProof(report: ProofReport, line: CommandLine, context: CommandContext): Promise<void> {
  await printReport(report, line, context, async (options) => {
    const { renderProof } = await import('../../report/render-proof.ts');
    return renderProof(report, { ...options, all: line.has('all') });
  });
}

export interface ProveOptions {
  readonly profile: Profile;
  readonly runtime: string | undefined;
  /** How long a pod without probes is left to run before it is looked at. */
  readonly settleMs: number;
  /** How long a pod may take to be ready. */
  readonly timeoutMs: number;
}

function proveOptions(line: CommandLine): ProveOptions {
  return {
    profile: profileOf(line),
    runtime: line.text('runtime'),
    settleMs: parseDuration('--settle', line.text('settle') ?? '1s'),
    timeoutMs: parseDuration('--timeout', line.text('timeout') ?? '60s'),
  };
}

/**
 * The whole flow: read, reap what the dead left, start all pods, wait, observe, compare, tear down. The pods are gone
 * when it returns or throws, also after a signal.
 */
export async function provePods(
  files: readonly string[],
  options: ProveOptions,
  context: CommandContext,
): Promise<ProofReport> {
  const { readWorkloads } = await import('../read-workloads.ts');
  const { workloads, lookup } = await readWorkloads(files, context);
  const { openNode } = await import('../open-node.ts');
  const node = await openNode({ ...options, lookup }, context);
  const { startProgress } = await import('../progress.ts');
  const progress = startProgress(
    `proving ${workloads.length === 1 ? '1 pod' : `${workloads.length} pods`}`,
    context,
  );
  const started: RunningPod[] = [];
  try {
    const proving = workloads.map(async (workload) => {
      context.signal.throwIfAborted();
      return provePod(workload, node, options, context.signal, (pod) => started.push(pod));
    });
    // One that fails must not leave others behind that are just being started.
    await Promise.allSettled(proving);
    return proofReport(await Promise.all(proving), node, options);
  } finally {
    await Promise.all(started.map((pod) => pod.stop(0)));
    progress.stop();
  }
}

async function provePod(
  workload: Workload,
  node: NodePorts,
  { settleMs, timeoutMs }: ProveOptions,
  signal: AbortSignal,
  onStart: (pod: RunningPod) => void,
): Promise<PodProof> {
  const [{ startPod }, { podOptions }, { watchPod }, { proveContainer }] = await Promise.all([
    import('../../node/run-pod.ts'),
    import('../pod-options.ts'),
    import('../watch-pod.ts'),
    import('../prove-container.ts'),
  ]);
  const pod = await startPod(node, workload.pod, podOptions(workload.pod));
  onStart(pod);
  const watch = watchPod(pod);
  const isReady = await waitForPod(pod, settleMs, timeoutMs, signal);
  signal.throwIfAborted();
  const containers = await Promise.all(
    pod.containers().map((container) => proveContainer(container, workload, pod.sandbox, watch)),
  );
  watch.stop();
  const { podProof } = await import('../pod-proof.ts');
  return podProof({ pod, workload, watch, containers, isReady });
}

/** Ready by its probes; without any, settled and then left alone for a while. True when it got there. */
async function waitForPod(
  pod: RunningPod,
  settleMs: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const hasProbes = pod.pod.spec.containers.some(
    (container) => container.readinessProbe ?? container.startupProbe,
  );
  if (hasProbes) return pod.waitUntil('ready', timeoutMs, signal);
  const isSettled = await pod.waitUntil('settled', timeoutMs, signal);
  // Where nothing runs, nothing will change.
  const isUp = pod.containers().some(({ status }) => status.state.running !== undefined);
  if (isUp) await pod.waitUntil('finished', settleMs, signal);
  return isSettled;
}

function proofReport(pods: readonly PodProof[], node: NodePorts, { profile }: ProveOptions): ProofReport {
  const containers = pods.flatMap((pod) => pod.containers);
  const wholes = pods.filter((pod) => isRefused(pod) && !pod.containers.some(isContainerRefused));
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'ProofReport',
    profile,
    kubernetes: KUBERNETES_VERSION,
    runtime: node.engine.versions.runtime,
    pods,
    summary: {
      pods: pods.length,
      containers: containers.length,
      proven: containers.filter((it) => it.proof?.holds === true && !isContainerFailed(it)).length,
      failed:
        containers.filter(isContainerFailed).length + pods.filter((pod) => pod.reason === 'NotReady').length,
      refused: containers.filter(isContainerRefused).length + wholes.length,
    },
  };
}
