import type { Event } from '../../kube/event.ts';
import { type FieldError, invalid } from '../../kube/field-error.ts';
import { event as schema } from '../../kube/schema/event-schemas.ts';
import { validateObject } from '../../kube/validate-object.ts';
import { defineKind } from '../define-kind.ts';
import { eventColumns } from '../printing/event-columns.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { aboutFields } from '../select/about-fields.ts';

export const event: ResourceKind<Event> = defineKind<Event>({
  kind: 'Event',
  shortNames: ['ev'],
  schema,
  fields: [],
  validate: (object) => [...validateObject(object), ...validateInvolved(object)],
  selectableFields: [
    ...aboutFields('involvedObject'),
    { label: 'reason' },
    { label: 'reportingComponent' },
    { label: 'source', path: 'source.component' },
    { label: 'type' },
  ],
  columns: eventColumns((it) => it),
});

/** An event stands in the namespace of its object; one about an object without a namespace, in `default`. */
function validateInvolved({ metadata, involvedObject }: Event): readonly FieldError[] {
  const { namespace: own } = metadata;
  const { namespace = '' } = involvedObject;
  const fits = namespace === '' ? own === 'default' || own === 'kube-system' : namespace === own;
  if (fits) return [];
  return [invalid(['involvedObject', 'namespace'], namespace, 'does not match event.namespace')];
}
