import { existsSync } from 'node:fs';
import process from 'node:process';
import { KUBECTLS } from './find-kubectls.ts';

/**
 * Whether tests with real containers can run here. With CI=true the answer "no" is an error: a suite that skipped them
 * has not shown what it is there to show.
 */
export function canRunContainers(): boolean {
  const missing = process.getuid?.() === 0 ? missingPrograms() : ['root'];
  if (missing.length === 0) return true;
  if (process.env['CI'] === 'true') throw new Error(`tests with containers need ${missing.join(', ')}`);
  return false;
}

/** Whether tests with a node and the real kubectl can run here. As above with CI=true. */
export function canRunKubectl(): boolean {
  if (!canRunContainers()) return false;
  if (KUBECTLS.size > 0) return true;
  if (process.env['CI'] === 'true') throw new Error('tests with a node need kubectl');
  return false;
}

function missingPrograms(): readonly string[] {
  return ['/usr/bin/runc', '/usr/bin/conmon'].filter((program) => !existsSync(program));
}
