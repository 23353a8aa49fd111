import type { KubeObject } from './meta.ts';
import type { ObjectReference } from './references.ts';

/** `core/v1` Event; `events.k8s.io/v1` is another view of the same object. */
export interface Event extends KubeObject {
  readonly kind: 'Event';
  readonly involvedObject: ObjectReference;
  readonly reason?: string;
  readonly message?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly count?: number;
  readonly type?: string;
  /** MicroTime: exactly six decimals. */
  readonly eventTime?: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly reportingComponent?: string;
  readonly reportingInstance?: string;
}
