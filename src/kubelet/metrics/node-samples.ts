import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import type { RunningPod } from '../../node/running-pod.ts';
import type { Sample } from './metric-families.ts';
import type { PodCounts } from './pod-counters.ts';

/** The pods that there are, and what became of those that there were. */
export function podSamples(pods: readonly RunningPod[], counts: PodCounts): readonly Sample[] {
  const statuses = pods.flatMap((pod) => pod.containers().map(({ status }) => status.state));
  const mapped = counts.startedUserNamespacedPods;
  const mappedErrors = counts.startedUserNamespacedPodsErrors;
  return [
    { name: 'kubelet_running_pods', value: pods.filter(isRunning).length },
    {
      name: 'kubelet_running_containers',
      labels: { container_state: 'running' },
      value: statuses.filter(({ running }) => running !== undefined).length,
    },
    {
      name: 'kubelet_running_containers',
      labels: { container_state: 'exited' },
      value: statuses.filter(({ terminated }) => terminated !== undefined).length,
    },
    { name: 'kubelet_started_pods_total', value: counts.startedPods },
    { name: 'kubelet_started_pods_errors_total', value: counts.startedPodsErrors },
    { name: 'kubelet_started_user_namespaced_pods_total', value: mapped },
    { name: 'kubelet_started_user_namespaced_pods_errors_total', value: mappedErrors },
    { name: 'started_user_namespaced_pods_total', value: mapped },
    { name: 'started_user_namespaced_pods_errors_total', value: mappedErrors },
    ...[...counts.startedContainers].map(
      ([type, value]): Sample => ({
        name: 'kubelet_started_containers_total',
        labels: { container_type: type },
        value,
      }),
    ),
  ];
}

function isRunning(pod: RunningPod): boolean {
  const { phase } = pod.status();
  return pod.sandbox !== undefined && phase !== 'Succeeded' && phase !== 'Failed';
}

/** The machine, and the node's own process. */
export function machineSamples(): readonly Sample[] {
  const { user, system } = process.cpuUsage();
  const startedAt = Date.now() / 1000 - process.uptime();
  return [
    { name: 'machine_cpu_cores', value: availableParallelism() },
    { name: 'machine_memory_bytes', value: totalmem() },
    { name: 'process_cpu_seconds_total', value: (user + system) / 1e6 },
    { name: 'process_resident_memory_bytes', value: process.memoryUsage.rss() },
    { name: 'process_virtual_memory_bytes', value: readVirtualBytes() },
    { name: 'process_start_time_seconds', value: Math.round(startedAt) },
    { name: 'process_open_fds', value: readdirSync('/proc/self/fd').length },
    { name: 'process_max_fds', value: readMaxFds() },
  ];
}

function readVirtualBytes(): number {
  const kibibytes = /^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes ?? 0) * 1024;
}

function readMaxFds(): number {
  const soft = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
}
