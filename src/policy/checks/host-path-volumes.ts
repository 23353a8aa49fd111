import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review } from '../check.ts';
import { isSet } from '../reviewed-pod.ts';
import { joinQuote, pluralize } from '../wording.ts';

/**
 * Directories of the host stay out of pods.
 *
 * Field: `spec.volumes[*].hostPath`. Allowed: left out.
 */
const review: Review = ({ spec }) => {
  const names: string[] = [];
  const fields: FieldPath[] = [];
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    if (!isSet(volume.hostPath)) continue;
    names.push(volume.name);
    fields.push(['spec', 'volumes', index, 'hostPath']);
  }
  if (names.length === 0) return undefined;
  return {
    reason: 'hostPath volumes',
    detail: `${pluralize('volume', 'volumes', names.length)} ${joinQuote(names)}`,
    fields,
  };
};

export const hostPathVolumes: Check = {
  id: 'hostPathVolumes',
  level: 'baseline',
  description: 'No volume is a hostPath.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
