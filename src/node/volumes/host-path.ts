import type { Stats } from 'node:fs';
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { systemCodeOf } from '../../core/errors.ts';
import type { HostPathVolumeSource } from '../../kube/volume.ts';
import type { PreparedVolume } from './prepared-volume.ts';

/** `hostPath`: a place of the host, after the kubelet's check of what it is. Never given to `fsGroup`. */
export async function prepareHostPath(name: string, source: HostPathVolumeSource): Promise<PreparedVolume> {
  await checkType(source.path, source.type ?? '');
  return {
    name,
    root: '/',
    path: source.path,
    idMapped: true,
    ownership: 'untouched',
    honoursChangePolicy: false,
  };
}

async function checkType(path: string, type: NonNullable<HostPathVolumeSource['type']>): Promise<void> {
  const found = await statIfExists(path);
  switch (type) {
    case '':
      // Not a check of the kubelet: the runtime makes what is missing, as a directory.
      if (found === undefined) await mkdir(path, { recursive: true, mode: 0o755 });
      return;
    case 'DirectoryOrCreate':
      if (found === undefined) return makeDirectory(path);
      return check(found.isDirectory(), path, 'a directory');
    case 'Directory':
      return check(found?.isDirectory() === true, path, 'a directory');
    case 'FileOrCreate':
      if (found === undefined) return makeFile(path);
      return check(found.isFile(), path, 'a file');
    case 'File':
      return check(found?.isFile() === true, path, 'a file');
    case 'Socket':
      return check(found?.isSocket() === true, path, 'a socket file');
    case 'CharDevice':
      return check(found?.isCharacterDevice() === true, path, 'a character device');
    case 'BlockDevice':
      return check(found?.isBlockDevice() === true, path, 'a block device');
  }
}

function check(holds: boolean, path: string, what: string): void {
  if (!holds) throw new Error(`hostPath type check failed: ${path} is not ${what}`);
}

async function statIfExists(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

/** The file alone: as in Kubernetes its directory must be there. */
async function makeFile(path: string): Promise<void> {
  await writeFile(path, '', { flag: 'a' });
  await chmod(path, 0o644);
}
