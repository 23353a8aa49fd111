import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { KUBECTL } from './find-kubectls.ts';
import { PODPROOF } from './paths.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

export interface WalkThroughNode {
  readonly root: string;
  readonly kubeconfig: string;
}

/** Runs a script below examples/ as a person does, and gives all that it shows. */
export async function runWalkThrough(
  script: string,
  { root, kubeconfig }: WalkThroughNode,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const programs = [dirname(PODPROOF), ...(KUBECTL.includes('/') ? [dirname(KUBECTL)] : [])];
  const child = spawn('sh', [join(EXAMPLES, script)], {
    env: {
      ...process.env,
      PATH: [...programs, process.env['PATH']].join(':'),
      PODPROOF_ROOT: root,
      KUBECONFIG: kubeconfig,
      HOME: root,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [shown] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return shown;
}

/** The output that a walk-through's README shows for a script: the block after the line that names it. */
export function outputInReadme(script: string): string {
  const readme = readFileSync(join(EXAMPLES, dirname(script), 'README.md'), 'utf8');
  const name = script.slice(script.lastIndexOf('/') + 1);
  const marked = readme.indexOf(`<!-- output of ${name} -->`);
  const block = /```text\n([\s\S]*?)```/.exec(marked === -1 ? '' : readme.slice(marked))?.[1];
  if (block === undefined) throw new Error(`the README of "${script}" shows no output of it`);
  return block;
}

/** What differs from run to run, and nothing else, is replaced by a word for it. */
const CHANGING: readonly (readonly [RegExp, string])[] = [
  // Names that are made: ReplicaSet and pod.
  [/-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}(?![a-z0-9])/g, '-HASH-NAME'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g, 'TIME'],
  [/\b[A-Z][a-z]{2} +\d+ \d\d:\d\d\b/g, 'TIME'],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, 'TIME'],
  [/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, 'ADDRESS'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\bsha256:[0-9a-f]{12,64}\b/g, 'DIGEST'],
  [/\buser:\[\d+\]/g, 'user:[INODE]'],
  [/\bv?20\.\d+\.\d+|linux \d+\.\d+\.\d+\S*?"/g, 'VERSION'],
  [/\b\d+(?:\.\d+)?(?:ms| ms| s)\b/g, 'DURATION'],
  [/\b(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+s\b/g, 'AGE'],
  [/\bhost pid \d+/g, 'host pid NUMBER'],
  // Numbers of processes, ids of user namespaces, times in seconds: five digits and more.
  [/\b\d{5,}(?:\.\d+)?\b/g, 'NUMBER'],
  // Columns are as wide as their widest cell.
  [/[ \t]+/g, ' '],
  [/ $/gm, ''],
  [/\n{2,}/g, '\n'],
];

/** What a shell on a terminal says to the terminal. */
// oxlint-disable-next-line no-control-regex
const TERMINAL_SEQUENCES = /\u001B\[[0-9;?]*[A-Za-z]|\r/g;

/** A walk-through's output without what differs from run to run. */
export function withoutChanging(shown: string): string {
  return CHANGING.reduce(
    (left, [pattern, word]) => left.replaceAll(pattern, word),
    shown.replaceAll(TERMINAL_SEQUENCES, '').trim(),
  );
}
