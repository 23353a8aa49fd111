import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';

/** Every kubectl of this machine, oldest first: `1.27` to its program. Empty when there is none. */
export const KUBECTLS: ReadonlyMap<string, string> = findKubectls();

/** The newest of them that is no newer than the one that is at hand everywhere. */
export const KUBECTL: string = KUBECTLS.get('1.32') ?? [...KUBECTLS.values()].at(-1) ?? 'kubectl';

/** Installed beside each other as `kubectl.1.NN`, or a single one of whatever version. */
function findKubectls(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const path of installedFiles()) {
    const minor = /^kubectl\.(1\.\d+)$/.exec(basename(path))?.[1];
    if (minor !== undefined && existsSync(path)) found.set(minor, path);
  }
  const plain = found.size === 0 ? plainKubectl() : undefined;
  if (plain !== undefined) found.set(plain, 'kubectl');
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}

function installedFiles(): readonly string[] {
  try {
    const listing = execFileSync('dpkg', ['-L', 'kubectl'], { encoding: 'utf8', stdio: 'pipe' });
    return listing.split('\n');
  } catch {
    return [];
  }
}

function plainKubectl(): string | undefined {
  try {
    const output = execFileSync('kubectl', ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return /"gitVersion": "v(1\.\d+)/.exec(output)?.[1];
  } catch {
    return undefined;
  }
}
