import { decode } from '../../kube/decode.ts';
import type { Event } from '../../kube/event.ts';
import type { EventV1 } from '../../kube/event-v1.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { event as coreSchema, eventV1 as schema } from '../../kube/schema/event-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { eventColumns } from '../printing/event-columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { aboutFields } from '../select/about-fields.ts';

/** `events.k8s.io/v1`: the same objects as core's, under newer names. */
export const eventV1: ResourceKind<EventV1> = defineKind<EventV1>({
  group: 'events.k8s.io',
  kind: 'Event',
  shortNames: ['ev'],
  schema,
  fields: [],
  stored: {
    kind: 'Event',
    convert: { fromStored: (stored) => fromCore(asEvent(stored)), toStored: toCore },
  },
  selectableFields: [
    ...aboutFields('regarding'),
    { label: 'reason' },
    { label: 'reportingController' },
    { label: 'type' },
  ],
  columns: eventColumns(toCore),
});

/** The store gives events as plain objects. */
function asEvent(stored: KubeObject): Event {
  return decode(coreSchema, stored).value;
}

function fromCore(event: Event): EventV1 {
  const {
    involvedObject,
    message,
    source,
    firstTimestamp,
    lastTimestamp,
    count,
    reportingComponent,
    ...same
  } = event;
  const { apiVersion: _, ...rest } = same;
  return {
    apiVersion: 'events.k8s.io/v1',
    ...rest,
    regarding: involvedObject,
    ...(message !== undefined && { note: message }),
    ...(reportingComponent !== undefined && { reportingController: reportingComponent }),
    ...(source && { deprecatedSource: source }),
    ...(firstTimestamp !== undefined && { deprecatedFirstTimestamp: firstTimestamp }),
    ...(lastTimestamp !== undefined && { deprecatedLastTimestamp: lastTimestamp }),
    ...(count !== undefined && { deprecatedCount: count }),
  };
}

function toCore(event: EventV1): Event {
  const {
    apiVersion: _,
    regarding,
    note,
    reportingController,
    deprecatedSource,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedCount,
    ...rest
  } = event;
  return {
    apiVersion: 'v1',
    ...rest,
    involvedObject: regarding ?? {},
    ...(note !== undefined && { message: note }),
    ...(reportingController !== undefined && { reportingComponent: reportingController }),
    ...(deprecatedSource && { source: deprecatedSource }),
    ...(deprecatedFirstTimestamp !== undefined && { firstTimestamp: deprecatedFirstTimestamp }),
    ...(deprecatedLastTimestamp !== undefined && { lastTimestamp: deprecatedLastTimestamp }),
    ...(deprecatedCount !== undefined && { count: deprecatedCount }),
  };
}
