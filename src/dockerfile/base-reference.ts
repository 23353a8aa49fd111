import type { ParsedDockerfile } from './parsed-dockerfile.ts';

/** The image that the judged stage goes back to, arguments resolved; undefined for `scratch`. */
export function baseReferenceOf({ stages, lineage }: ParsedDockerfile): string | undefined {
  const [first] = lineage;
  const base = first === undefined ? undefined : stages[first]?.base;
  return base === undefined || !('image' in base) || base.image === 'scratch' ? undefined : base.image;
}
