import { randomInt } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { systemCodeOf } from '../../core/errors.ts';
import type { PayloadFile } from './payload.ts';

/**
 * Writes the files as the kubelet does, so that a reader sees all of one version or all of the next: they lie in a
 * directory named by time, `..data` points to it, and every first step of a path is a link through `..data`. Written
 * again, what is the same is left alone. `own` gives a version to its owners before anybody sees it.
 */
export async function writeAtomically(
  dir: string,
  files: readonly PayloadFile[],
  now: number,
  own: (versionDir: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (const { path } of files) checkPath(path);
  const current = currentVersion(dir);
  if (current !== undefined && holds(join(dir, current), files)) return;
  const version = `..${versionName(now)}`;
  writeVersion(join(dir, version), files);
  await own(join(dir, version));
  rmSync(join(dir, '..data_tmp'), { force: true });
  symlinkSync(version, join(dir, '..data_tmp'));
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
  linkFirstSteps(dir, files);
  if (current !== undefined) rmSync(join(dir, current), { recursive: true, force: true });
}

function writeVersion(versionDir: string, files: readonly PayloadFile[]): void {
  makeDirectory(versionDir);
  for (const file of files) {
    const path = join(versionDir, file.path);
    makeParents(versionDir, file.path);
    writeFileSync(path, file.data, { mode: 0o600 });
    chmodSync(path, file.mode);
    if (file.owner !== undefined) chownSync(path, file.owner, 0);
  }
}

function linkFirstSteps(dir: string, files: readonly PayloadFile[]): void {
  const wanted = new Set(files.map(({ path }) => path.split('/', 1)[0] ?? ''));
  const there = new Set(readdirSync(dir).filter((name) => !name.startsWith('..')));
  for (const step of wanted) if (!there.has(step)) symlinkSync(join('..data', step), join(dir, step));
  for (const step of there) if (!wanted.has(step)) rmSync(join(dir, step), { recursive: true, force: true });
}

const versionPattern = /^\.\.\d{4}(?:_\d\d){5}\.\d{10}$/;

/** Where `..data` leads, if this writer made it so. */
function currentVersion(dir: string): string | undefined {
  try {
    const target = readlinkSync(join(dir, '..data'));
    return versionPattern.test(target) ? target : undefined;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT' || systemCodeOf(error) === 'EINVAL') return undefined;
    throw error;
  }
}

/** Whether a version is made of exactly these files. */
function holds(versionDir: string, files: readonly PayloadFile[]): boolean {
  const entries = readdirSync(versionDir, { recursive: true, withFileTypes: true });
  if (entries.filter((entry) => !entry.isDirectory()).length !== new Set(files.map(({ path }) => path)).size)
    return false;
  for (const { path, data } of files) {
    const file = join(versionDir, path);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size !== data.length) return false;
    if (!readFileSync(file).equals(data)) return false;
  }
  return true;
}

/** Upstream's rules for the path of a payload. */
function checkPath(path: string): void {
  if (path === '') throw new Error('invalid path: must not be empty');
  if (isAbsolute(path)) throw new Error(`invalid path: must be relative path: ${path}`);
  const steps = path.split('/');
  if (steps.includes('..')) throw new Error(`invalid path: must not contain '..': ${path}`);
  if (steps[0]?.startsWith('..') === true) throw new Error(`invalid path: must not start with '..': ${path}`);
  if (path.length > 4096) throw new Error('invalid path: must be less than or equal to 4096 characters');
}

function makeParents(root: string, path: string): void {
  const parent = dirname(path);
  if (parent === '.') return;
  makeParents(root, parent);
  makeDirectory(join(root, parent));
}

function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}

/** `2026_11_21_10_32_10.123456789`: the time, and digits that tell two writes of one second apart. */
function versionName(now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:T]/g, '_');
  return `${time}.${randomInt(1e9, 1e10)}`;
}
