import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, linkSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** A layer with Node.js as /bin/node and the libraries that it is linked with. */
export function makeNodeLayer(layer: string): string {
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const path of libraries) bring(path, join(layer, path));
  bring(process.execPath, join(layer, 'bin/node'));
  return layer;
}

function bring(from: string, to: string): void {
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(realpathSync(from), to);
  } catch {
    // Another file system, or a link: its content will do.
    copyFileSync(from, to);
  }
}
