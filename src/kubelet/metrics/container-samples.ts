import type { RunningContainer, RunningPod } from '../../node/running-pod.ts';
import type { CgroupUsage } from '../../runtime/cgroup-usage.ts';
import type { SeenRun } from '../proofs/proven-run.ts';
import { summarize } from '../proofs/summarize.ts';
import type { MetricName, Sample } from './metric-families.ts';

/** A container that runs, and where its cgroup is. */
export interface MeasuredContainer {
  readonly pod: RunningPod;
  readonly container: RunningContainer;
  /** Below each hierarchy's root. */
  readonly cgroupPath: string;
}

export function measuredContainers(pods: Iterable<RunningPod>): readonly MeasuredContainer[] {
  return [...pods].flatMap((pod) =>
    pod.containers().flatMap((container) => {
      const { status, runtimeContainer } = container;
      if (status.state.running === undefined || runtimeContainer === undefined) return [];
      const cgroupPath = `${runtimeContainer.sandbox.cgroupPath}/${runtimeContainer.id}`;
      return [{ pod, container, cgroupPath }];
    }),
  );
}

/** What it uses. */
export function usageSamples(measured: MeasuredContainer, usage: CgroupUsage): readonly Sample[] {
  const { pod, container, cgroupPath } = measured;
  const { namespace = 'default', name = '', uid = '' } = pod.pod.metadata;
  const labels = {
    container: container.name,
    id: cgroupPath,
    image: container.container.image ?? '',
    name: `${uid}-${container.runtimeContainer?.id ?? ''}`,
    namespace,
    pod: name,
  };
  const sample = (metric: MetricName, value: number | undefined, more = {}): readonly Sample[] =>
    value === undefined || Number.isNaN(value)
      ? []
      : [{ name: metric, labels: { ...labels, ...more }, value }];
  const startedAt = Date.parse(container.status.state.running?.startedAt ?? '') / 1000;
  return [
    ...sample('container_memory_usage_bytes', usage.memoryUsageBytes),
    ...sample('container_memory_working_set_bytes', usage.memoryWorkingSetBytes),
    ...sample('container_cpu_usage_seconds_total', usage.cpuSeconds, { cpu: 'total' }),
    ...sample('container_oom_events_total', usage.outOfMemoryKills),
    ...sample('container_start_time_seconds', startedAt),
  ];
}

/** What it runs as; nothing before it was looked at. */
export function confinementSamples(
  { pod, container }: MeasuredContainer,
  seen: SeenRun | undefined,
): readonly Sample[] {
  if (seen === undefined) return [];
  const { namespace = 'default', name: podName = '' } = pod.pod.metadata;
  const place = { namespace, pod: podName, container: container.name };
  const { observation, proof } = seen;
  const { capabilities, userNamespace, user, hostUser, rootfs } = summarize([seen]);
  return [
    {
      name: 'podproof_container_info',
      labels: {
        ...place,
        uid: user,
        gid: String(observation.user.inside.gid.effective ?? 'unmapped'),
        host_uid: hostUser,
        user_namespace: userNamespace,
        privileged: String(container.confinement?.privileged.value ?? false),
        read_only_root_filesystem: String(rootfs === 'read-only'),
        capabilities,
        seccomp: observation.seccomp.mode,
      },
      value: 1,
    },
    { name: 'podproof_confinement_holds', labels: place, value: Number(proof.holds) },
  ];
}
