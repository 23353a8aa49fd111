import { describe, expect, test } from 'vitest';
import { createNodeMetrics } from '../../src/kubelet/metrics/node-metrics.ts';
import { createProver } from '../../src/kubelet/proofs/create-prover.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { objectsInMemory } from '../support/objects-in-memory.ts';
import { type MetricSample, parsePrometheusText } from '../support/prometheus-text.ts';
import { script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

const pods = usePods();

interface Measuring {
  readonly known: RunningPod[];
  readonly read: () => Promise<readonly MetricSample[]>;
  readonly start: (pod: ReturnType<typeof testPod>) => Promise<RunningPod>;
}

function measure(): Measuring {
  const known: RunningPod[] = [];
  const { clock } = pods.node;
  const prover = createProver({
    api: objectsInMemory(),
    recorder: { record: () => {} },
    clock,
    onProven: () => {},
    onProblem: () => {},
  });
  const metrics = createNodeMetrics({ pods: () => known, seen: prover.seen, clock });
  return {
    known,
    async start(pod) {
      const running = await pods.start(pod);
      known.push(running);
      running.subscribe(() => metrics.onPodChanged(running));
      metrics.onPodChanged(running);
      await running.waitUntil('settled', 20_000);
      await prover.prove(running);
      return running;
    },
    read: async () => parsePrometheusText(await metrics.text()),
  };
}

function valueOf(
  samples: readonly MetricSample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.value;
}

describe.skipIf(!canRunContainers())('metrics of a node', () => {
  test('a running container tells what it uses and what it runs as', async () => {
    const { start, read, known } = measure();
    const memory = 'dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null';
    const busy = 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done';
    const pod = await start(
      testPod({
        hostUsers: false,
        containers: [
          script('c', `${memory}; ${busy}; exec sleep 100`, {
            securityContext: {
              runAsUser: 1654,
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
            },
          }),
        ],
      }),
    );
    const labels = { namespace: 'default', pod: 'web', container: 'c' };
    await expect
      .poll(async () => valueOf(await read(), 'container_cpu_usage_seconds_total', labels), {
        timeout: 10_000,
      })
      .toBeGreaterThan(0.02);
    const samples = await read();
    expect(valueOf(samples, 'container_memory_usage_bytes', labels)).toBeGreaterThan(20 * 2 ** 20);
    expect(valueOf(samples, 'container_memory_working_set_bytes', labels)).toBeGreaterThan(0);
    expect(valueOf(samples, 'container_oom_events_total', labels)).toBe(0);
    const startedAt = valueOf(samples, 'container_start_time_seconds', labels) ?? 0;
    expect(Math.abs(Date.now() / 1000 - startedAt)).toBeLessThan(60);
    const host = String(pod.sandbox?.user.mode === 'pod' ? (pod.sandbox.user.hostId ?? 0) : 0);
    expect(samples.find(({ name }) => name === 'podproof_container_info')?.labels).toEqual({
      ...labels,
      uid: '1654',
      gid: '1654',
      host_uid: String(Number(host) + 1654),
      user_namespace: `${host}+65536`,
      privileged: 'false',
      read_only_root_filesystem: 'true',
      capabilities: 'none',
      seccomp: 'unconfined',
    });
    expect(valueOf(samples, 'podproof_confinement_holds', labels)).toBe(1);
    expect(valueOf(samples, 'kubelet_running_pods')).toBe(1);
    expect(valueOf(samples, 'kubelet_running_containers', { container_state: 'running' })).toBe(1);
    expect(valueOf(samples, 'kubelet_started_pods_total')).toBe(1);
    expect(valueOf(samples, 'kubelet_started_pods_errors_total')).toBe(0);
    expect(valueOf(samples, 'started_user_namespaced_pods_total')).toBe(1);
    expect(valueOf(samples, 'kubelet_started_user_namespaced_pods_errors_total')).toBe(0);
    expect(valueOf(samples, 'kubelet_started_containers_total', { container_type: 'container' })).toBe(1);
    expect(valueOf(samples, 'kubelet_pod_start_duration_seconds_count')).toBe(1);
    expect(valueOf(samples, 'kubelet_pod_start_duration_seconds_sum')).toBeLessThan(20);
    expect(valueOf(samples, 'machine_cpu_cores')).toBeGreaterThan(0);
    expect(valueOf(samples, 'machine_memory_bytes')).toBeGreaterThan(2 ** 28);
    expect(valueOf(samples, 'process_resident_memory_bytes')).toBeGreaterThan(2 ** 24);
    known.splice(0);
    const after = await read();
    expect(valueOf(after, 'container_memory_usage_bytes')).toBeUndefined();
    expect(valueOf(after, 'kubelet_running_pods')).toBe(0);
    expect(valueOf(after, 'kubelet_started_pods_total')).toBe(1);
    expect(valueOf(after, 'kubelet_pod_start_duration_seconds_count')).toBe(1);
  });

  test('a container that has ended is counted as that, and a restart as a start', async () => {
    const { start, read } = measure();
    await start(
      testPod({
        restartPolicy: 'Never',
        initContainers: [script('first', 'true')],
        containers: [script('a', 'exit 3'), script('b', 'exec sleep 100')],
      }),
    );
    const samples = await read();
    expect(valueOf(samples, 'kubelet_running_containers', { container_state: 'running' })).toBe(1);
    expect(valueOf(samples, 'kubelet_running_containers', { container_state: 'exited' })).toBe(2);
    expect(valueOf(samples, 'kubelet_started_containers_total', { container_type: 'init_container' })).toBe(
      1,
    );
    expect(valueOf(samples, 'kubelet_started_containers_total', { container_type: 'container' })).toBe(2);
    expect(samples.filter(({ name }) => name === 'podproof_container_info')).toHaveLength(1);
  });
});
