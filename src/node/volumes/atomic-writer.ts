import { randomInt } from 'node:crypto';
import { chmod, chown, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { PayloadFile } from './payload.ts';

/**
 * Writes the files as the kubelet does, so that a reader sees all of one version or all of the next: they lie in a
 * directory named by time, `..data` points to it, and every first step of a path is a link through `..data`.
 */
export async function writeAtomically(
  dir: string,
  files: readonly PayloadFile[],
  now: number,
): Promise<void> {
  for (const { path } of files) checkPath(path);
  const version = `..${versionName(now)}`;
  const versionDir = join(dir, version);
  await makeDirectory(versionDir);
  for (const file of files) {
    const path = join(versionDir, file.path);
    await makeParents(versionDir, file.path);
    await writeFile(path, file.data, { mode: 0o600 });
    await chmod(path, file.mode);
    if (file.owner !== undefined) await chown(path, file.owner, 0);
  }
  await symlink(version, join(dir, '..data_tmp'));
  await rename(join(dir, '..data_tmp'), join(dir, '..data'));
  const firstSteps = new Set(files.map(({ path }) => path.split('/', 1)[0] ?? ''));
  for (const step of firstSteps) await symlink(join('..data', step), join(dir, step));
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

async function makeParents(root: string, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === '.') return;
  await makeParents(root, parent);
  await makeDirectory(join(root, parent));
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

/** `2026_11_21_10_32_10.123456789`: the time, and digits that tell two writes of one second apart. */
function versionName(now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-:T]/g, '_');
  return `${time}.${randomInt(1e9, 1e10)}`;
}
