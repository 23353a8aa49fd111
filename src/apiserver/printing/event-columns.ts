import type { Event } from '../../kube/event.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { Column } from '../resource-kind.ts';
import { ageOf } from './age.ts';
import { column, wideColumn } from './columns.ts';

/** The columns of an event, for either of its groups: `core` gives the event as the core group has it. */
export function eventColumns<T extends KubeObject>(core: (object: T) => Event): readonly Column<T>[] {
  return [
    column('Last Seen', 'When it happened last.', (it, { nowMs }) => ageOf(lastTime(core(it)), nowMs)),
    column('Type', 'Normal or Warning.', (it) => core(it).type ?? ''),
    column('Reason', 'Why, in one word for machines.', (it) => core(it).reason ?? ''),
    column('Object', 'What it is about.', (it) => objectOf(core(it))),
    wideColumn('Subobject', 'The part of it.', (it) => core(it).involvedObject.fieldPath ?? ''),
    wideColumn('Source', 'Who reported it.', (it) => sourceOf(core(it))),
    column('Message', 'Why, for people.', (it) => (core(it).message ?? '').trim()),
    wideColumn('First Seen', 'When it happened first.', (it, { nowMs }) => ageOf(firstTime(core(it)), nowMs)),
    wideColumn('Count', 'How often it happened.', (it) => countOf(core(it))),
    wideColumn('Name', 'The name of the event.', (it) => it.metadata.name ?? ''),
  ];
}

function firstTime({ firstTimestamp, eventTime }: Event): string | undefined {
  return firstTimestamp ?? eventTime;
}

function lastTime(event: Event): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? firstTime(event);
}

function countOf({ series, count }: Event): string {
  return String(series?.count ?? (count || 1));
}

function objectOf({ involvedObject }: Event): string {
  const { kind = '', name = '' } = involvedObject;
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}
