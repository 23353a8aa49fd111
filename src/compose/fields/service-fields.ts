import type { MappingNode } from '../../manifest/node.ts';
import type { ServiceDraft } from '../service-draft.ts';
import { translateDevices } from './translate-devices.ts';
import { translateLife } from './translate-life.ts';
import { translateImage, translateNames } from './translate-names.ts';
import { translateNamespaces } from './translate-namespaces.ts';
import { translatePorts } from './translate-ports.ts';
import { translatePrivileges } from './translate-privileges.ts';
import { translateProcess } from './translate-process.ts';
import { translateResources } from './translate-resources.ts';
import { translateSecurityOptions } from './translate-security-options.ts';
import { type NamedUser, translateUser } from './translate-user.ts';
import { translateVolumes } from './translate-volumes.ts';

/**
 * Every field that the Compose Specification gives a service, and what becomes of it.
 *
 * - `pod`: it is in the pod that is judged
 * - `told`: a pod has no counterpart, and what it does to the confinement is told by a finding
 * - `elsewhere`: it is about images, networks or the project, not about how a container is confined
 * - `unjudged`: it concerns how a container runs, a pod has no counterpart, and one note names it
 */
export const SERVICE_FIELDS: ReadonlyMap<string, FieldFate> = new Map(
  Object.entries({
    annotations: 'elsewhere',
    attach: 'elsewhere',
    blkio_config: 'unjudged',
    build: 'pod',
    cap_add: 'pod',
    cap_drop: 'pod',
    cgroup: 'told',
    cgroup_parent: 'told',
    command: 'pod',
    configs: 'pod',
    container_name: 'elsewhere',
    cpu_count: 'unjudged',
    cpu_percent: 'unjudged',
    cpu_period: 'unjudged',
    cpu_quota: 'unjudged',
    cpu_rt_period: 'unjudged',
    cpu_rt_runtime: 'unjudged',
    cpu_shares: 'unjudged',
    cpus: 'pod',
    cpuset: 'unjudged',
    credential_spec: 'unjudged',
    depends_on: 'elsewhere',
    deploy: 'pod',
    develop: 'elsewhere',
    device_cgroup_rules: 'told',
    devices: 'told',
    dns: 'pod',
    dns_opt: 'pod',
    dns_search: 'pod',
    domainname: 'elsewhere',
    entrypoint: 'pod',
    env_file: 'unjudged',
    environment: 'pod',
    expose: 'pod',
    extends: 'pod',
    external_links: 'elsewhere',
    extra_hosts: 'pod',
    gpus: 'told',
    group_add: 'pod',
    healthcheck: 'pod',
    hostname: 'pod',
    image: 'pod',
    init: 'unjudged',
    ipc: 'pod',
    isolation: 'unjudged',
    label_file: 'elsewhere',
    labels: 'elsewhere',
    links: 'elsewhere',
    logging: 'elsewhere',
    mac_address: 'elsewhere',
    mem_limit: 'pod',
    mem_reservation: 'pod',
    mem_swappiness: 'unjudged',
    memswap_limit: 'unjudged',
    models: 'elsewhere',
    network_mode: 'pod',
    networks: 'elsewhere',
    oom_kill_disable: 'unjudged',
    oom_score_adj: 'unjudged',
    pid: 'pod',
    pids_limit: 'unjudged',
    platform: 'elsewhere',
    ports: 'pod',
    post_start: 'told',
    pre_stop: 'told',
    privileged: 'pod',
    profiles: 'elsewhere',
    provider: 'elsewhere',
    pull_policy: 'pod',
    pull_refresh_after: 'elsewhere',
    read_only: 'pod',
    restart: 'pod',
    runtime: 'pod',
    scale: 'elsewhere',
    secrets: 'pod',
    security_opt: 'pod',
    shm_size: 'pod',
    stdin_open: 'pod',
    stop_grace_period: 'pod',
    stop_signal: 'pod',
    storage_opt: 'unjudged',
    sysctls: 'pod',
    tmpfs: 'pod',
    tty: 'pod',
    ulimits: 'unjudged',
    use_api_socket: 'pod',
    user: 'pod',
    userns_mode: 'pod',
    uts: 'told',
    volumes: 'pod',
    volumes_from: 'told',
    working_dir: 'pod',
  } satisfies Readonly<Record<string, FieldFate>>),
);

export type FieldFate = 'pod' | 'told' | 'elsewhere' | 'unjudged';

/** Translates every field of a service. Answers with the user where that is a name. */
export function translateFields(draft: ServiceDraft, project: MappingNode): NamedUser | undefined {
  translateImage(draft);
  translateProcess(draft);
  const named = translateUser(draft);
  const isPrivileged = translatePrivileges(draft);
  translateSecurityOptions(draft, isPrivileged);
  translateNamespaces(draft);
  translateVolumes(draft, project);
  translateDevices(draft);
  translatePorts(draft);
  translateResources(draft);
  translateLife(draft);
  translateNames(draft);
  return named;
}
