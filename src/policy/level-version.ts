/** The three levels of the Pod Security Standards, from open to strict. */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

export type Level = (typeof LEVELS)[number];

/** A policy version: `v1.36`, or `latest` for the newest one that is known. */
export type PolicyVersion = `v1.${number}` | 'latest';

/** A level at a version, as namespaces ask for it. */
export interface LevelVersion {
  readonly level: Level;
  readonly version: PolicyVersion;
}

/** The level of that name, or undefined. */
export function parseLevel(text: string): Level | undefined {
  return LEVELS.find((level) => level === text);
}

/** `latest` or `v1.N` without leading zeros; undefined for everything else. */
export function parsePolicyVersion(text: string): PolicyVersion | undefined {
  if (text === 'latest') return text;
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1];
  // Go's int is where upstream's own parser gives up.
  return minor === undefined || Number(minor) > Number.MAX_SAFE_INTEGER ? undefined : `v1.${Number(minor)}`;
}

/** N of `v1.N`; infinity for `latest`, which is newer than every version. */
export function minorOf(version: PolicyVersion): number {
  return version === 'latest' ? Number.POSITIVE_INFINITY : Number(version.slice('v1.'.length));
}

/** `restricted:v1.36`. */
export function formatLevelVersion({ level, version }: LevelVersion): string {
  return `${level}:${version}`;
}

/** Below zero when `a` is less strict than `b`, above when it is stricter. */
export function compareLevels(a: Level, b: Level): number {
  return LEVELS.indexOf(a) - LEVELS.indexOf(b);
}
