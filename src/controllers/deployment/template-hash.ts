import type { PodTemplateSpec } from '../../kube/pod.ts';
import { isSameValue } from '../same-value.ts';

export const templateHashLabel = 'pod-template-hash';

/** Upstream's alphabet: no vowels and nothing that looks like another, so that no name is a word. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The same text for the same template and collision count, whatever the order of members. */
export function templateHash(template: PodTemplateSpec, collisionCount: number): string {
  const hash = fnv1a(`${canonicalText(template)}${collisionCount === 0 ? '' : `#${collisionCount}`}`);
  return Array.from(String(hash), (it) => alphabet[it.charCodeAt(0) % alphabet.length]).join('');
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** Whether both make the same pods; the label that controllers add does not count. */
export function isSameTemplate(a: PodTemplateSpec, b: PodTemplateSpec): boolean {
  return isSameValue(withoutHash(a), withoutHash(b));
}

function withoutHash({ metadata = {}, ...rest }: PodTemplateSpec): unknown {
  const { labels, creationTimestamp: _, ...others } = metadata;
  const kept = Object.entries(labels ?? {}).filter(([key]) => key !== templateHashLabel);
  return { ...rest, metadata: { ...others, ...(kept.length > 0 && { labels: Object.fromEntries(kept) }) } };
}
