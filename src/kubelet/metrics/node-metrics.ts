import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../../node/clock.ts';
import type { RunningPod } from '../../node/running-pod.ts';
import { readCgroupUsage } from '../../runtime/cgroup-usage.ts';
import { type CgroupHierarchy, readCgroupHierarchies } from '../../runtime/cgroups.ts';
import type { SeenRun } from '../proofs/proven-run.ts';
import { confinementSamples, measuredContainers, usageSamples } from './container-samples.ts';
import { METRIC_FAMILIES, type MetricFamily, type Sample } from './metric-families.ts';
import { machineSamples, podSamples } from './node-samples.ts';
import { createPodCounters } from './pod-counters.ts';

export interface NodeMetricsOptions {
  /** The pods of this node. */
  readonly pods: () => readonly RunningPod[];
  /** What was seen of a container's current run, once it was looked at. */
  readonly seen: (pod: RunningPod, container: string) => SeenRun | undefined;
  readonly clock: Clock;
}

export interface NodeMetrics {
  /** Counts what is new of it. */
  onPodChanged(pod: RunningPod): void;
  /** Prometheus' text format, of this moment: nothing is read before somebody asks. */
  text(): Promise<string>;
}

/** The metrics of a node, under the names that the kubelet and cAdvisor have for them. */
export function createNodeMetrics({ pods, seen, clock }: NodeMetricsOptions): NodeMetrics {
  const counters = createPodCounters(clock);
  let opening: Promise<Publisher> | undefined;
  return {
    onPodChanged: (pod) => counters.onPodChanged(pod),
    async text() {
      opening ??= openPublisher();
      const { hierarchies, podStartSeconds, publish } = await opening;
      const now = pods();
      for (const pod of now) counters.onPodChanged(pod);
      for (const seconds of counters.takeStartSeconds()) podStartSeconds.observe(seconds);
      return publish([
        ...podSamples(now, counters.counts()),
        ...machineSamples(),
        ...measuredContainers(now).flatMap((measured) => [
          ...usageSamples(measured, readCgroupUsage(hierarchies, measured.cgroupPath)),
          ...confinementSamples(measured, seen(measured.pod, measured.container.name)),
        ]),
      ]);
    },
  };
}

interface Publisher {
  readonly hierarchies: readonly CgroupHierarchy[];
  readonly podStartSeconds: Histogram;
  /** The text with these values, and no others but those that add up by themselves. */
  readonly publish: (samples: readonly Sample[]) => Promise<string>;
}

/** The kubelet's, whose pods take longer, with finer ones before them. */
const startBuckets = [
  0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900,
  1200, 1800, 2700, 3600,
];

/** Loaded only when somebody asks: it is large, and most nodes are never asked. */
async function openPublisher(): Promise<Publisher> {
  const client = await import('prom-client');
  const registry: Registry = new client.Registry();
  const registers = [registry];
  const podStartSeconds = new client.Histogram({
    name: 'kubelet_pod_start_duration_seconds',
    help: 'Duration in seconds from kubelet seeing a pod for the first time to the pod starting to run',
    buckets: startBuckets,
    registers,
  });
  const metrics = new Map<string, Counter | Gauge>(
    Object.entries<MetricFamily>(METRIC_FAMILIES).map(([name, { type, help, labels }]) => {
      const configuration = { name, help, labelNames: labels, registers };
      return [name, type === 'counter' ? new client.Counter(configuration) : new client.Gauge(configuration)];
    }),
  );
  return {
    hierarchies: readCgroupHierarchies(),
    podStartSeconds,
    publish(samples) {
      for (const metric of metrics.values()) metric.reset();
      for (const { name, labels = {}, value } of samples) metrics.get(name)?.inc(labels, value);
      return registry.metrics();
    },
  };
}
