import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Clock } from './clock.ts';
import { bootstrapCluster } from './cluster-bootstrap.ts';
import type { Controller, ControllerContext, ControllerPorts, ControllerSettings } from './controller.ts';
import { deployments } from './deployment/deployments.ts';
import { endpointSlices } from './endpoints/endpoint-slices.ts';
import { endpoints } from './endpoints/endpoints.ts';
import { eventExpiry } from './event-expiry.ts';
import { garbageCollector } from './garbage-collector.ts';
import { jobs } from './job/jobs.ts';
import { namespaces } from './namespaces.ts';
import { nodeHeartbeat, registerNode } from './node-heartbeat.ts';
import { claims } from './persistent-volumes/claims.ts';
import { volumes } from './persistent-volumes/volumes.ts';
import { podGarbageCollector } from './pod-garbage-collector.ts';
import { replicaSets } from './replica-set/replica-sets.ts';
import { scheduler } from './scheduler/scheduler.ts';
import { serviceAccounts } from './service-accounts.ts';

/** All of them. A further controller is a further line. */
const controllers: readonly Controller[] = Object.freeze([
  serviceAccounts,
  scheduler,
  replicaSets,
  deployments,
  jobs,
  endpoints,
  endpointSlices,
  claims,
  volumes,
  namespaces,
  garbageCollector,
  podGarbageCollector,
  eventExpiry,
  nodeHeartbeat,
]);

export interface ControllersOptions {
  /** The API under a component's own name. */
  readonly api: (component: string) => ObjectApi;
  readonly recorder: (component: string) => EventRecorder;
  readonly settings: ControllerSettings;
  readonly ports: ControllerPorts;
  readonly clock: Clock;
  /** What a controller could not do now and tries again, with back-off. */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

export interface Controllers {
  /** Whether none of them has anything to do before something changes or its time comes. */
  readonly idle: boolean;
  /** They take no more work; resolves when what is in flight is done. */
  close(): Promise<void>;
}

/**
 * What kube-controller-manager and the scheduler are to a cluster, for one node. Resolves when the cluster's first
 * objects and the Node are there. Rejects when they cannot be written.
 */
export async function startControllers(options: ControllersOptions): Promise<Controllers> {
  const { settings, ports, clock } = options;
  const contextOf = (name: string): ControllerContext => ({
    api: options.api(name),
    recorder: options.recorder(name),
    settings,
    ports,
    clock,
    onError: (key, error) => options.onError?.(name, key, error),
  });
  await bootstrapCluster(options.api('cluster-bootstrap'), settings);
  await registerNode(contextOf(nodeHeartbeat.name));
  const running = controllers.map((it) => it.start(contextOf(it.name)));
  return {
    get idle(): boolean {
      return running.every((it) => it.idle);
    },
    close: async () => {
      await Promise.all(running.map(async (it) => it.close()));
    },
  };
}
