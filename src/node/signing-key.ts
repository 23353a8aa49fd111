import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../core/errors.ts';

/**
 * The key of this root that signs service account tokens (HS256, 32 bytes). The first process to need it makes it;
 * whoever loses that race reads the winner's.
 */
export async function readSigningKey(libDir: string): Promise<Buffer> {
  const path = join(libDir, 'service-account.key');
  try {
    await mkdir(libDir, { recursive: true, mode: 0o711 });
    await writeFile(path, randomBytes(32), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (systemCodeOf(error) !== 'EEXIST') throw error;
  }
  return readFile(path);
}
