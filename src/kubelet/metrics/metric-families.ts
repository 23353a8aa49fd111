/** One metric: what stands in its HELP and TYPE lines, and what tells its values apart. */
export interface MetricFamily {
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricName =
  | 'kubelet_running_pods'
  | 'kubelet_running_containers'
  | 'kubelet_started_pods_total'
  | 'kubelet_started_pods_errors_total'
  | 'kubelet_started_containers_total'
  | 'kubelet_started_user_namespaced_pods_total'
  | 'kubelet_started_user_namespaced_pods_errors_total'
  | 'started_user_namespaced_pods_total'
  | 'started_user_namespaced_pods_errors_total'
  | 'container_memory_usage_bytes'
  | 'container_memory_working_set_bytes'
  | 'container_cpu_usage_seconds_total'
  | 'container_oom_events_total'
  | 'container_start_time_seconds'
  | 'machine_cpu_cores'
  | 'machine_memory_bytes'
  | 'process_cpu_seconds_total'
  | 'process_resident_memory_bytes'
  | 'process_virtual_memory_bytes'
  | 'process_start_time_seconds'
  | 'process_open_fds'
  | 'process_max_fds'
  | 'podproof_container_info'
  | 'podproof_confinement_holds';

const ofContainer = ['container', 'id', 'image', 'name', 'namespace', 'pod'];

function counter(help: string, labels: readonly string[] = []): MetricFamily {
  return { type: 'counter', help, labels };
}

function gauge(help: string, labels: readonly string[] = []): MetricFamily {
  return { type: 'gauge', help, labels };
}

const mappedHelp = 'Cumulative number of pods with user namespaces started';
const mappedErrorsHelp = 'Cumulative number of errors when starting pods with user namespaces';

/** By name: the kubelet's and cAdvisor's where they have one, with their labels. */
export const METRIC_FAMILIES: Readonly<Record<MetricName, MetricFamily>> = Object.freeze({
  kubelet_running_pods: gauge('Number of pods that have a running pod sandbox'),
  kubelet_running_containers: gauge('Number of containers currently running', ['container_state']),
  kubelet_started_pods_total: counter('Cumulative number of pods started'),
  kubelet_started_pods_errors_total: counter('Cumulative number of errors when starting pods'),
  kubelet_started_containers_total: counter('Cumulative number of containers started', ['container_type']),
  kubelet_started_user_namespaced_pods_total: counter(mappedHelp),
  kubelet_started_user_namespaced_pods_errors_total: counter(mappedErrorsHelp),
  // Kubernetes' documentation names them without the prefix that they have.
  started_user_namespaced_pods_total: counter(mappedHelp),
  started_user_namespaced_pods_errors_total: counter(mappedErrorsHelp),
  container_memory_usage_bytes: gauge('Current memory usage, the page cache included', ofContainer),
  container_memory_working_set_bytes: gauge('Current working set', ofContainer),
  container_cpu_usage_seconds_total: counter('Cumulative cpu time consumed', [...ofContainer, 'cpu']),
  container_oom_events_total: counter('Count of out of memory events', ofContainer),
  container_start_time_seconds: gauge('Start time since the epoch', ofContainer),
  machine_cpu_cores: gauge('Number of logical CPU cores'),
  machine_memory_bytes: gauge('Amount of memory installed on the machine'),
  process_cpu_seconds_total: counter("Total user and system CPU time of the node's own process"),
  process_resident_memory_bytes: gauge("Resident memory of the node's own process"),
  process_virtual_memory_bytes: gauge("Virtual memory of the node's own process"),
  process_start_time_seconds: gauge("Start time of the node's own process since the epoch"),
  process_open_fds: gauge("Open file descriptors of the node's own process"),
  process_max_fds: gauge("How many file descriptors the node's own process may have open"),
  podproof_container_info: gauge('What a running container runs as, by the kernel; always 1', [
    'namespace',
    'pod',
    'container',
    'uid',
    'gid',
    'host_uid',
    'user_namespace',
    'privileged',
    'read_only_root_filesystem',
    'capabilities',
    'seccomp',
  ]),
  podproof_confinement_holds: gauge('Whether a running container is confined as its manifest asks', [
    'namespace',
    'pod',
    'container',
  ]),
});

export interface Sample {
  readonly name: MetricName;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}
