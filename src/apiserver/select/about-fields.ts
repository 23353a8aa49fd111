import type { SelectableField } from '../resource-kind.ts';

/** By what of its object an event is selected; `object` is what the event's group calls that. */
export function aboutFields(object: 'involvedObject' | 'regarding'): readonly SelectableField[] {
  return ['apiVersion', 'fieldPath', 'kind', 'name', 'namespace', 'resourceVersion', 'uid'].map((field) => ({
    label: `${object}.${field}`,
  }));
}
