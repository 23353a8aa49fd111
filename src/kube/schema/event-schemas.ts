import type { Event } from '../event.ts';
import type { EventV1 } from '../event-v1.ts';
import { objectFields } from './meta-schemas.ts';
import { objectReference } from './reference-schemas.ts';
import type { Schema } from './schema.ts';

const source: Schema<NonNullable<Event['source']>> = { component: 'string', host: 'string' };

const series: Schema<NonNullable<Event['series']>> = { 'count!': 'int32', 'lastObservedTime!': 'time' };

/** `core/v1`. */
export const event: Schema<Event> = {
  ...objectFields,
  'involvedObject!': objectReference,
  reason: 'string',
  message: 'string',
  source,
  firstTimestamp: 'time',
  lastTimestamp: 'time',
  count: 'int32',
  type: 'string',
  eventTime: 'time',
  series,
  action: 'string',
  related: objectReference,
  reportingComponent: 'string',
  reportingInstance: 'string',
};

/** `events.k8s.io/v1`. */
export const eventV1: Schema<EventV1> = {
  ...objectFields,
  eventTime: 'time',
  series,
  reportingController: 'string',
  reportingInstance: 'string',
  action: 'string',
  reason: 'string',
  regarding: objectReference,
  related: objectReference,
  note: 'string',
  type: 'string',
  deprecatedSource: source,
  deprecatedFirstTimestamp: 'time',
  deprecatedLastTimestamp: 'time',
  deprecatedCount: 'int32',
};
