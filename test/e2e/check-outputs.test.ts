import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PODPROOF } from '../support/paths.ts';
import { type Outcome, podproof } from '../support/podproof.ts';

// Where the output of `check` goes, when it cannot go there, and when nobody wants the rest of it.

const isRoot = process.geteuid?.() === 0;

let directory = '';
/** Takes a second or more to check, and makes megabytes of every output. */
let large = '';
let small = '';
let env: NodeJS.ProcessEnv;

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: c, image: app}\n';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-outputs-'));
  mkdirSync(join(directory, 'repository'));
  large = join(directory, 'repository/large.yaml');
  small = join(directory, 'small.yaml');
  writeFileSync(large, Array.from({ length: 4000 }, () => POD).join('---\n'));
  writeFileSync(small, POD);
  env = { ...process.env, PODPROOF_ROOT: join(directory, 'root'), NO_COLOR: '1' };
});

afterAll(() => rmSync(directory, { recursive: true }));

function outputs(): string {
  return mkdtempSync(join(directory, 'out-'));
}

function check(...args: readonly string[]): Promise<Outcome> {
  return podproof(['check', ...args], '', { PODPROOF_ROOT: join(directory, 'root') });
}

function shell(script: string): Outcome {
  const done = execFileSync(
    'bash',
    ['-c', `${script}; echo "\${PIPESTATUS[0]}" >&3`, PODPROOF, join(directory, 'repository')],
    {
      env,
      stdio: [
        'ignore',
        'pipe',
        openSync(join(directory, 'stderr'), 'w'),
        openSync(join(directory, 'status'), 'w'),
      ],
      encoding: 'utf8',
    },
  );
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { exitCode: Number(read('status')), stdout: done, stderr: read('stderr') };
}

describe('a reader that has enough', () => {
  test.each(['text', 'json'])('ends %s without a word', (format) => {
    const { exitCode, stdout, stderr } = shell(`"$0" check -o ${format} "$1" | head -c 20`);
    expect(stdout).toHaveLength(20);
    expect(exitCode).toBe(141);
    expect(stderr).toBe('');
  });
});

describe('a place that cannot be written is told, and the exit code is no verdict', () => {
  test.each(['text', 'json'])('standard output, for %s', (format) => {
    for (const input of [large, small]) {
      const { exitCode, stderr } = shell(`"$0" check -o ${format} ${input} > /dev/full`);
      expect(exitCode).toBe(4);
      expect(stderr).toBe('podproof: cannot write standard output: ENOSPC: no space left on device, write\n');
    }
  });

  test.each([
    ['a directory that is not there', 'missing/a.json', 'no such file or directory'],
    ['a directory', '.', 'it is a directory'],
    ['below a file', 'small.yaml/a.json', 'a part of the path is not a directory'],
    ['a full device', '/dev/full', 'ENOSPC'],
  ])('%s', async (_, place, reason) => {
    const path = place.startsWith('/') ? place : join(directory, place);
    const outcome = await check('-o', `json=${path}`, '-o', 'text', large);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(`podproof: cannot write "${path}": `);
    expect(outcome.stderr).toContain(reason);
  });

  test.skipIf(!isRoot)('a disk that is full before the end: no half of a report is left', async () => {
    const disk = outputs();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'podproof-test', disk]);
    try {
      const outcome = await check(
        '-o',
        `sarif=${join(disk, 'a.sarif')}`,
        '-o',
        `junit=${join(disk, 'b.xml')}`,
        large,
      );
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toContain('ENOSPC');
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('the same place twice, however it is written', async () => {
    const place = outputs();
    symlinkSync(place, join(place, 'here'));
    for (const second of [join(place, 'a'), `${place}/./a`, `${place}/../${place.split('/').at(-1)}/a`]) {
      const outcome = await check('-o', `json=${join(place, 'a')}`, '-o', `sarif=${second}`, small);
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toMatch(/^podproof: two outputs cannot both go to "/);
    }
    expect(readdirSync(place)).toEqual(['here']);
  });
});

test.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('%s is written where it leads', (place) => {
  const file = join(outputs(), 'a.json');
  expect(shell(`"$0" check -o json=${place} ${small} > ${file}`)).toMatchObject({ exitCode: 1, stderr: '' });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ kind: 'CheckReport' });
  const piped = shell(`"$0" check -o json=${place} ${small} | cat`);
  expect(JSON.parse(piped.stdout)).toMatchObject({ kind: 'CheckReport' });
  expect(shell(`"$0" check -o json=/dev/null --write-baseline ${place} ${small} | cat`).stdout).toContain(
    '"kind": "CheckBaseline"',
  );
  expect(lstatSync('/dev/stdout').isSymbolicLink()).toBe(true);
});

test('what was there is replaced when all is written, and a link to it is not followed', async () => {
  const place = outputs();
  writeFileSync(join(place, 'precious'), 'as it was');
  symlinkSync('precious', join(place, 'a.json'));
  expect(await check('-o', `json=${join(place, 'a.json')}`, small)).toMatchObject({ exitCode: 1 });
  expect(JSON.parse(readFileSync(join(place, 'a.json'), 'utf8'))).toMatchObject({ kind: 'CheckReport' });
  expect(readFileSync(join(place, 'precious'), 'utf8')).toBe('as it was');
});

async function ended(
  child: ChildProcess,
): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  const { stderr } = child;
  if (stderr === null) throw new Error('its standard error is not a pipe');
  const [said] = await Promise.all([text(stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stderr: said };
}

function started(...args: readonly string[]): ChildProcess {
  return spawn(PODPROOF, ['check', ...args], { env, stdio: ['pipe', 'ignore', 'pipe'] });
}

describe('a signal ends a check', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s, and no half of an output is left', async (signal, exitCode) => {
    const place = outputs();
    const child = started(
      '-o',
      `json=${join(place, 'a.json')}`,
      '-o',
      `junit=${join(place, 'b.xml')}`,
      large,
    );
    const ending = ended(child);
    while (readdirSync(place).length < 2) await sleep(10);
    child.kill(signal);
    expect(await ending).toEqual({ exitCode, stderr: `podproof: interrupted by ${signal}\n` });
    expect(readdirSync(place)).toEqual([]);
  });

  test.each([
    ['standard input', () => ['-']],
    ['a pipe that nobody writes', (pipe: string) => [pipe]],
    ['an output that nobody reads', (pipe: string) => ['-o', `json=${pipe}`, small]],
  ])('that waits for %s', async (_, args) => {
    const pipe = join(outputs(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = started(...args(pipe));
    const ending = ended(child);
    await sleep(1200);
    child.kill('SIGINT');
    expect(await ending).toEqual({ exitCode: 130, stderr: 'podproof: interrupted by SIGINT\n' });
  });
});

describe('pipes with names', () => {
  test('are read to their end, however late it comes', () => {
    const { stdout } = shell(`"$0" check <(sleep 0.7; cat ${small}; sleep 0.3)`);
    expect(stdout).toContain('1 workload: 1 denied');
  });

  test('are written for whoever comes to read them', async () => {
    const pipe = join(outputs(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const child = started('-o', `json=${pipe}`, small);
    await sleep(300);
    const read = execFileSync('cat', [pipe], { encoding: 'utf8' });
    expect((await ended(child)).exitCode).toBe(1);
    expect(JSON.parse(read)).toMatchObject({ kind: 'CheckReport' });
    expect(existsSync(pipe)).toBe(true);
  });
});
