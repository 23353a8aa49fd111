import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../../../src/policy/checks.ts';
import {
  type Level,
  minorOf,
  type PolicyVersion,
  parseLevel,
  parsePolicyVersion,
} from '../../../src/policy/level-version.ts';

/** One file of a suite, by its path: `LEVEL/VERSION/{pass,fail}/CHECKn.yaml`, wherever below the root. */
export interface SuiteFile {
  readonly path: string;
  readonly level: Level;
  readonly version: PolicyVersion;
  readonly verdict: 'pass' | 'fail';
  /** The name without its number and ending, in small letters and without marks: `capabilitiesbaseline`. */
  readonly name: string;
}

/** Upstream's suite is a few levels deep; a link that leads back to its own directory is not followed. */
const MAX_DEPTH = 8;

/** Every manifest below the directory that lies under a level, a version and a verdict; other files are no part of it. */
export function readSuite(root: string): readonly SuiteFile[] {
  const files: SuiteFile[] = [];
  const walk = (dir: string, steps: readonly string[]): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      if (entry.isDirectory() && steps.length < MAX_DEPTH) walk(path, [...steps, entry.name]);
      if (!entry.isFile()) continue;
      const file = suiteFile(path, entry.name, steps);
      if (file !== undefined) files.push(file);
    }
  };
  walk(root, []);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function suiteFile(path: string, file: string, directories: readonly string[]): SuiteFile | undefined {
  const base = /^(.+?)[-_]?\d*\.(?:ya?ml|json)$/i.exec(file)?.[1];
  const steps = directories.map((step) => step.toLowerCase());
  const level = firstOf(steps, parseLevel);
  const version = firstOf(steps, (step) => parsePolicyVersion(step) ?? parsePolicyVersion(`v${step}`));
  const verdict = firstOf(steps, (step) => (step === 'pass' || step === 'fail' ? step : undefined));
  if (base === undefined || level === undefined || version === undefined || verdict === undefined)
    return undefined;
  return { path, level, version, verdict, name: bare(base) };
}

function firstOf<T>(steps: readonly string[], parse: (step: string) => T | undefined): T | undefined {
  return steps.map(parse).find((value) => value !== undefined);
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The check that the file is named after, and those that stand in for it at that version; none of that name is none. */
export function expectedDeniers({ name, version }: SuiteFile): readonly string[] {
  const own = CHECKS.find(({ id }) => bare(id) === name);
  if (own === undefined) return [];
  const minor = minorOf(version);
  const overriding = CHECKS.filter(({ versions }) =>
    versions.findLast(({ minimumVersion }) => minorOf(minimumVersion) <= minor)?.overrides?.includes(own.id),
  );
  return [own, ...overriding].map(({ id }) => id);
}
