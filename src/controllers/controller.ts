import type { ClusterNode } from '../kube/cluster-node.ts';
import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Clock } from './clock.ts';

/** What an administrator would have set for the controllers, and what the machine is. */
export interface ControllerSettings {
  readonly nodeName: string;
  /** `10.96.0.0/16`; its first address is the `kubernetes` service's. */
  readonly serviceCidr: string;
  /** `kube-root-ca.crt` of every namespace. */
  readonly caPem: string;
  /** Where pods reach the API server behind the `kubernetes` service; undefined when they cannot. */
  readonly apiEndpoint: { readonly address: string; readonly port: number } | undefined;
  /** The Node object to register: labels, `spec`, capacity, versions, addresses, features. Conditions are added. */
  readonly nodeFacts: ClusterNode;
  /** `DIR/lib/claims`: the directories behind claims are `NAMESPACE/NAME` below it. */
  readonly claimsDir: string;
}

/** The world beyond the API. */
export interface ControllerPorts {
  /** Removes the directory behind a claim, and all that is in it. No error when there is none. */
  removeClaimDirectory(namespace: string, name: string): Promise<void>;
}

/** What one controller is given. */
export interface ControllerContext {
  readonly api: ObjectApi;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly settings: ControllerSettings;
  readonly ports: ControllerPorts;
  /** What went wrong and will be tried again. */
  readonly onError: (key: string, error: unknown) => void;
}

export interface RunningController {
  /** Whether it has nothing to do before something changes or its time comes. */
  readonly idle: boolean;
  /** Resolves when its work in flight is done. */
  close(): Promise<void>;
}

/** One controller: starts to watch, and looks after its objects until it is closed. */
export interface Controller {
  /** Its name as a component of events: `deployment-controller`. */
  readonly name: string;
  start(context: ControllerContext): RunningController;
}
