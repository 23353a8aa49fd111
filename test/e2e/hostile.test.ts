import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { writeLayout } from '../support/oci-layout.ts';
import { PODPROOF, SAMPLE_LAYOUT } from '../support/paths.ts';
import { podproof } from '../support/podproof.ts';

const IMAGE = 'localhost/busybox:root';
/** What a terminal would obey: any control but tab and newline. */
// eslint-disable-next-line no-control-regex -- controls are what it is about
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/;

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-hostile-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function pod(script: string, container: object = {}, spec: object = {}): string {
  const containers = [{ name: 'c', image: IMAGE, command: ['sh', '-c', script], ...container }];
  const metadata = { name: 'hostile' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { restartPolicy: 'Never', ...spec, containers },
  });
}

interface PipedOutcome {
  readonly stdout: string;
  readonly exitCode: number;
  readonly tookMs: number;
  readonly left: readonly string[];
}

describe('what a terminal would obey is shown and not obeyed', () => {
  test('in file names, fields and values of a manifest', async () => {
    const file = join(dir, '\x1b[2Jname.yaml');
    writeFileSync(file, '{"apiVersion": "v1", "kind": "Pod", "\\u001b]0;title\\u0007": 1}');
    const { exitCode, stderr } = await podproof(['check', file]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('\\u001b[2Jname.yaml');
    expect(stderr).toContain('\\u001b]0;title\\u0007');
    expect(stderr).not.toMatch(CONTROLS);
  });

  test('in the environment, user and command of an image, and in its names', async () => {
    const config = { User: 'a\x1b[31m', Env: ['A=\x1b]0;title\x07', 'B=\x9b2J'], Cmd: ['\x1b[H'] };
    writeLayout(join(dir, 'layout'), { layers: [], config, refName: 'x' });
    const text = await podproof(['image', `oci:${join(dir, 'layout')}`]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toContain('A=\\u001b]0;title\\u0007');
    expect(text.stdout).not.toMatch(CONTROLS);
    const json = await podproof(['image', `oci:${join(dir, 'layout')}`, '-o', 'json']);
    expect(json.stdout).not.toMatch(CONTROLS);
    expect(JSON.parse(json.stdout)).toMatchObject({ config: { Env: config.Env } });
    const missing = await podproof(['image', 'oci:/nowhere\x1b[2J']);
    expect(missing.stderr).not.toMatch(CONTROLS);
  });

  test('programs get an image value by a template as it is', async () => {
    writeLayout(join(dir, 'layout'), { layers: [], config: { Env: ['A=\x1b[1m'] } });
    const { stdout } = await podproof(['image', `oci:${join(dir, 'layout')}`, '-f', '{{.Config.Env}}']);
    expect(stdout).toBe('[A=\x1b[1m]\n');
  });

  test.skipIf(!canRunContainers())('in last words, the log and the arguments of processes', async () => {
    const script = `printf '\\033[2J\\033]0;title\\007\\n'; printf '\\033[1Abye' > /dev/termination-log; exit 3`;
    const ended = await podproof(['prove', '-f', '-'], pod(script));
    expect(ended.stdout).toContain('\\u001b[2J\\u001b]0;title\\u0007');
    expect(ended.stdout).toContain('\\u001b[1Abye');
    expect(ended.stdout).not.toMatch(CONTROLS);
    const command = ['sh', '-c', ': \x1b[2J\n1 pod, 1 container: forged\nsleep 100; :'];
    const running = await podproof(['prove', '-f', '-'], pod('', { command }));
    expect(running.stdout).toContain('sh -c : \\u001b[2J\\n1 pod, 1');
    expect(running.stdout).not.toMatch(/^1 pod, 1 container: forged/m);
    expect(running.stdout).not.toMatch(CONTROLS);
  });

  test.skipIf(!canRunContainers())('but the output of a container that is run is its own', async () => {
    const { stdout } = await podproof(['run', IMAGE, 'printf', '\\033[1mbold\\033[0m']);
    expect(stdout).toBe('\x1b[1mbold\x1b[0m');
  });
});

describe.skipIf(!canRunContainers())('a container that floods its output', () => {
  // Everything here may write without end: its root is a file system of 64 MB.
  let root = '';
  let env: Record<string, string> = {};
  beforeEach(async () => {
    root = join(dir, 'root');
    mkdirSync(root);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=711', 'podproof-test', root]);
    env = { ...process.env, PODPROOF_ROOT: root, NO_COLOR: '1' };
    const loaded = await podproof(['image', 'load', `oci:${SAMPLE_LAYOUT}:${IMAGE}`], '', env);
    expect(loaded).toMatchObject({ exitCode: 0 });
  });
  afterEach(() => {
    execFileSync('umount', ['--recursive', root]);
  });

  /** Of a command whose standard output goes into `reader`. */
  async function piped(args: readonly string[], reader: string, input = ''): Promise<PipedOutcome> {
    const started = performance.now();
    const child = spawn(
      'bash',
      ['-c', `"$0" "$@" | ${reader}; echo "\${PIPESTATUS[0]}" >&2`, PODPROOF, ...args],
      {
        env,
        stdio: 'pipe',
        timeout: 60_000,
      },
    );
    child.stdin.end(input);
    const [stdout, stderr] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    const pods = join(root, 'lib/pods');
    const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
    return {
      stdout,
      exitCode: Number(stderr.trim().split('\n').at(-1)),
      tookMs: performance.now() - started,
      left: [
        ...(existsSync(pods) ? readdirSync(pods) : []),
        ...mounts.filter((line) => line.includes(`${root}/`)),
      ],
    };
  }

  const flood = pod('yes from here');
  const two = pod('yes a').replace(
    '"containers":[',
    `"containers":[{"name":"d","image":"${IMAGE}","command":["yes","d"]},`,
  );

  test.each([
    ['run IMAGE', ['run', IMAGE, 'yes', 'from here'], '', 'from here\n'],
    ['run -i IMAGE', ['run', '-i', IMAGE, 'yes', 'from here'], '', 'from here\n'],
    ['run -f', ['run', '-f', '-'], flood, 'from here\n'],
    ['run -f of two containers', ['run', '-f', '-'], two, expect.stringMatching(/^[cd] \| [ad]\n$/)],
  ])('%s ends with its reader and is removed', async (_, args, input, stdout) => {
    const ended = await piped(args, 'head -1', input);
    expect(ended).toMatchObject({ stdout, left: [] });
    expect(ended.tookMs).toBeLessThan(20_000);
  });

  const long = 'yes 0123456789012345678901234567890123456789012345678 | head -c 90000000; echo end';
  test.each([
    ['run IMAGE', ['run', IMAGE, 'sh', '-c', long], ''],
    ['run -f', ['run', '-f', '-'], pod(long)],
  ])(
    '%s passes more than its disk holds through, whole, to a reader that is slow',
    async (_, args, input) => {
      const reader = '(sleep 2; wc -c)';
      const whole = await piped(args, reader, input);
      expect(whole).toMatchObject({ exitCode: 0, stdout: '90000004\n', left: [] });
    },
  );

  test('a line without an end passes whole, in bounded memory', async () => {
    const endless = 'tr "\\0" x < /dev/zero | head -c 100000000; echo';
    expect(await piped(['run', '-f', '-'], 'wc -c', pod(endless))).toMatchObject({
      exitCode: 0,
      stdout: '100000001\n',
      left: [],
    });
  });

  test('a pod under proof keeps the newest 10 MiB', async () => {
    const proven = await piped(['prove', '-f', '-', '--settle', '3s'], 'cat', flood);
    expect(proven).toMatchObject({ exitCode: 0, left: [] });
  });
});
