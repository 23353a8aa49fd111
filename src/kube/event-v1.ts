import type { Event } from './event.ts';
import type { KubeObject } from './meta.ts';
import type { ObjectReference } from './references.ts';

/** `events.k8s.io/v1` Event: the same object as core's, under newer names. */
export interface EventV1 extends KubeObject {
  readonly kind: 'Event';
  readonly eventTime?: string;
  readonly series?: NonNullable<Event['series']>;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly regarding?: ObjectReference;
  readonly related?: ObjectReference;
  readonly note?: string;
  readonly type?: string;
  readonly deprecatedSource?: NonNullable<Event['source']>;
  readonly deprecatedFirstTimestamp?: string;
  readonly deprecatedLastTimestamp?: string;
  readonly deprecatedCount?: number;
}
