/** The three levels of the Pod Security Standards, from open to strict. */
export const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

/** A level of the Pod Security Standards: `privileged`, `baseline` or `restricted`. */
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
  return text === 'latest' || isNumbered(text) ? text : undefined;
}

/** The largest int of Go, where upstream's own parser gives up. */
const MAX_MINOR = 9_223_372_036_854_775_807n;

function isNumbered(text: string): text is `v1.${number}` {
  const minor = /^v1\.(0|[1-9][0-9]{0,18})$/.exec(text)?.[1];
  return minor !== undefined && BigInt(minor) <= MAX_MINOR;
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
