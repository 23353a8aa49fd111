import type { FieldPath } from '../../core/field-path.ts';
import type { Check, Review } from '../check.ts';
import { isSet } from '../reviewed-pod.ts';
import { joinQuote, pluralize } from '../wording.ts';

/** What to do about volumes that are directories of the host. */
export function adviseOnHostPaths(names: readonly string[]): string {
  const volumes = `${pluralize('volume', 'volumes', names.length)} ${joinQuote(names)}`;
  return `use a PersistentVolumeClaim, or emptyDir: {}, instead of hostPath in ${volumes}`;
}

/** Directories of the host stay out of pods. */
const review: Review = ({ spec }) => {
  let names: string[] | undefined;
  const fields: FieldPath[] = [];
  let index = 0;
  for (const { name, hostPath } of spec.volumes ?? []) {
    if (isSet(hostPath)) {
      names ??= [];
      names.push(name);
      fields.push(['spec', 'volumes', index, 'hostPath']);
    }
    index += 1;
  }
  if (names === undefined) return undefined;
  return {
    reason: 'hostPath volumes',
    detail: `${pluralize('volume', 'volumes', names.length)} ${joinQuote(names)}`,
    advice: adviseOnHostPaths(names),
    fields,
  };
};

export const hostPathVolumes: Check = {
  id: 'hostPathVolumes',
  level: 'baseline',
  title: 'HostPath Volumes',
  description: 'No volume is a hostPath.',
  restricts: [{ fields: ['spec.volumes[*].hostPath'], allowed: ['left out'] }],
  remedy: 'Use a PersistentVolumeClaim, or `emptyDir: {}`.',
  versions: [{ minimumVersion: 'v1.0', review }],
};
