import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUNTIME = fileURLToPath(new URL('breaking-runtime/runtime.mjs', import.meta.url));

/** Writes an executable that is runc but for one thing; see breaking-runtime/breaks.mjs. Answers its path. */
export function makeBreakingRuntime(directory: string, name: string, arg = ''): string {
  const path = join(directory, `runtime-that-breaks-${name}`);
  writeFileSync(
    path,
    `#!/bin/sh\nexec '${process.execPath}' '${RUNTIME}' '${name}' '${arg}' /usr/bin/runc "$@"\n`,
  );
  chmodSync(path, 0o755);
  return path;
}
