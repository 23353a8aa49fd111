import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Engine, RuntimeContainer } from '../runtime/engine.ts';

export interface LogRotation {
  /** `containerLogMaxSize`, in bytes. */
  readonly maxBytes: number;
  /** `containerLogMaxFiles`: the log itself and those before it. */
  readonly maxFiles: number;
}

/** The kubelet's. */
export const kubeletLogRotation: LogRotation = { maxBytes: 10 * 1024 ** 2, maxFiles: 5 };

/** Rotates the logs of running containers that are too long. One that cannot be rotated now can be the next time. */
export async function rotateLogs(
  engine: Pick<Engine, 'reopenLog'>,
  containers: Iterable<RuntimeContainer>,
  now: number,
  rotation: LogRotation = kubeletLogRotation,
): Promise<void> {
  for (const container of containers) {
    const size = await stat(container.logPath).then(
      (stats) => stats.size,
      () => 0,
    );
    if (size > rotation.maxBytes) await rotateLog(engine, container, now, rotation).catch(() => {});
  }
}

/** `0.log` becomes `0.log.20260102-150405`, those before it are compressed, and the oldest go. */
async function rotateLog(
  engine: Pick<Engine, 'reopenLog'>,
  container: RuntimeContainer,
  now: number,
  { maxFiles }: LogRotation,
): Promise<void> {
  const { logPath } = container;
  const earlier = await tidy(logPath);
  // There will be the log itself, and the one that is rotated now.
  const excess = earlier.splice(0, Math.max(0, earlier.length - (maxFiles - 2)));
  for (const path of excess) await rm(path, { force: true });
  for (const path of earlier) if (!path.endsWith('.gz')) await compress(path);
  const rotated = `${logPath}.${stamp(now)}`;
  await rename(logPath, rotated);
  try {
    await engine.reopenLog(container);
  } catch (error) {
    await rename(rotated, logPath);
    throw error;
  }
}

/** Rotated logs, oldest first. What a rotation that was cut short has left goes. */
async function tidy(logPath: string): Promise<string[]> {
  const [dir, prefix] = [dirname(logPath), `${basename(logPath)}.`];
  const paths: string[] = [];
  for (const name of (await readdir(dir)).sort()) {
    if (!name.startsWith(prefix)) continue;
    const suffix = name.slice(prefix.length);
    if (/^\d{8}-\d{6}(?:\.gz)?$/.test(suffix)) paths.push(join(dir, name));
    else if (suffix.endsWith('.tmp')) await rm(join(dir, name), { force: true });
  }
  return paths;
}

async function compress(path: string): Promise<void> {
  const draft = `${path}.tmp`;
  await pipeline(createReadStream(path), createGzip(), createWriteStream(draft, { mode: 0o640 }));
  await rename(draft, `${path}.gz`);
  await rm(path);
}

/** `20060102-150405`, in UTC. */
function stamp(now: number): string {
  const digits = new Date(now).toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}`;
}
