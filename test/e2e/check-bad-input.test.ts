import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/core/contract/check-report.ts';
import { type Expected, HOSTILE_FILES, makeHostileDirectory, podText } from '../support/hostile-directory.ts';
import { PODPROOF } from '../support/paths.ts';
import { parseStrictXml, type XmlElement } from '../support/strict-xml.ts';

/** For root nothing is unreadable, but without these. */
const AS_ANYBODY =
  process.geteuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search'] : [];
const FORMATS = ['json', 'sarif', 'junit', 'markdown', 'github'] as const;

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  readonly peakMib: number;
}

/** What the process took at most; it is asked while it runs. */
async function measured(words: readonly string[], cwd: string): Promise<Run> {
  const [program = '', ...args] = words;
  const started = performance.now();
  const env = { ...process.env, PODPROOF_ROOT: join(cwd, 'root'), NO_COLOR: '1' };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let peakMib = 0;
  const timer = setInterval(() => {
    peakMib = Math.max(peakMib, peakOf(child.pid ?? 0));
  }, 20);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearInterval(timer);
  return { exitCode: child.exitCode, stdout, stderr, tookMs: performance.now() - started, peakMib };
}

function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

let directory = '';
let server: Server;
let run: Run;
let report: CheckReport;
const outputs: Record<string, string> = {};

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-bad-'));
  mkdirSync(join(directory, 'bad'));
  server = await makeHostileDirectory(join(directory, 'bad'));
  const words = FORMATS.flatMap((format) => ['-o', `${format}=${join(directory, format)}`]);
  run = await measured([...AS_ANYBODY, PODPROOF, 'check', '-o', 'text', ...words, 'bad'], directory);
  for (const format of FORMATS) outputs[format] = readFileSync(join(directory, format), 'utf8');
  report = JSON.parse(outputs['json'] ?? '');
});

afterAll(() => {
  server.close();
  chmodSync(join(directory, 'bad/closed'), 0o700);
  rmSync(directory, { recursive: true });
});

/** As a person sees names: nothing in them reaches a terminal. */
function shown(name: string): string {
  return name.replaceAll('\n', '\\n').replaceAll('\u001b', '\\u001b').replaceAll('\u202e', '\\u202e');
}

function of(key: 'pod' | 'problem' | 'skipped'): readonly (readonly [file: string, value: string])[] {
  return Object.entries(HOSTILE_FILES).flatMap(([file, { expected }]) => {
    const value = valueOf(expected, key);
    return value === undefined ? [] : [[`bad/${file}`, value] as const];
  });
}

function valueOf(expected: Expected, key: string): string | undefined {
  const value: unknown = Object.entries(expected).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
}

function elements(root: XmlElement, name: string): readonly XmlElement[] {
  return [...(root.name === name ? [root] : []), ...root.children.flatMap((child) => elements(child, name))];
}

describe('a directory of everything that a repository can hold', () => {
  test('is gone through within seconds, in little memory, to the worst exit code', () => {
    expect(run.exitCode).toBe(2);
    expect(run.tookMs).toBeLessThan(15_000);
    expect(run.peakMib).toBeGreaterThan(20);
    expect(run.peakMib).toBeLessThan(300);
  });

  test('every good pod in it is judged', () => {
    const judged = report.workloads.map(({ source, name }) => [source.file, name]);
    expect(judged).toHaveLength(of('pod').length);
    expect(judged).toEqual(expect.arrayContaining([...of('pod')]));
    expect(report.summary).toMatchObject({ workloads: judged.length, denied: judged.length });
  });

  test('of everything else the reason is told, and of nothing twice', () => {
    const skipped = report.skipped.map(({ file, reason }) => [file, reason]);
    const odd = [
      ['bad/\uFFFD.yaml', 'its name is not UTF-8'],
      ['bad/partly.yaml', expect.stringMatching(/^line 1: a Helm template/)],
    ];
    expect(skipped).toHaveLength(of('skipped').length + odd.length);
    expect(skipped).toEqual(expect.arrayContaining([...of('skipped'), ...odd]));
    const problems = report.problems.map(({ file, message }) => [file, message]);
    expect(new Set(problems.map(([file]) => file))).toEqual(new Set(of('problem').map(([file]) => file)));
    for (const problem of of('problem')) expect(problems).toContainEqual(problem);
    expect(report.summary.problems).toBe(problems.length);
  });

  test('SARIF has the problems and the reasons as notifications', () => {
    const [sarifRun] = JSON.parse(outputs['sarif'] ?? '').runs;
    const told: readonly string[] = sarifRun.invocations[0].toolExecutionNotifications.map(
      ({ message }: { message: { text: string } }) => message.text,
    );
    for (const [file, message] of of('problem')) expect(told).toContain(`${file}: ${message}`);
    for (const [, reason] of of('skipped')) expect(told.join('\n')).toContain(` skipped: ${reason}`);
  });

  test('JUnit has an error for each problem', () => {
    const root = parseStrictXml(outputs['junit'] ?? '');
    const errors = elements(root, 'error').map(({ attributes }) => attributes['message']);
    for (const [, message] of of('problem')) expect(errors).toContain(`unreadable: ${message}`);
    expect(errors).toHaveLength(report.problems.length);
    const cases = elements(root, 'testcase').map(({ attributes }) => attributes['classname']);
    for (const [file] of of('pod')) expect(cases).toContain(shown(file).replace('\\n', '\n'));
  });

  test('Markdown, annotations and the screen name every file that is wrong', () => {
    for (const [file, message] of of('problem')) {
      expect(outputs['markdown']).toContain(`\`${message}\``);
      expect(outputs['github']).toContain(`::error file=${file}`);
      expect(run.stderr).toMatch(new RegExp(`^  ${file}:\\d+:\\d+  `, 'm'));
    }
    for (const [, reason] of of('skipped')) expect(run.stdout).toContain(` skipped: ${reason}`);
    for (const [file] of of('pod')) expect(run.stdout).toContain(`${shown(file)}:`);
  });

  test('nothing in it reaches a terminal or the runner of a pipeline', () => {
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    const obeyed = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;
    for (const said of [run.stdout, run.stderr, ...Object.values(outputs)])
      expect(obeyed.test(said)).toBe(false);
    expect(JSON.stringify(outputs)).not.toContain('root:x:0');
  });
});

test('no CI system is given a command by what a stranger writes', async () => {
  const repository = join(directory, 'commands');
  mkdirSync(repository);
  const key = '"x\\n::error::y\\n  ::stop-commands::z ##vso[task.setvariable variable=a]b"';
  const wrong = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n${key}: 1\n`;
  writeFileSync(
    join(repository, 'a.yaml'),
    `${wrong}---\n${podText('good')}`.replace('image: app', `image: ${key}`),
  );
  writeFileSync(join(repository, 'b\n::error::c ##vso[d]e.yaml'), wrong);
  for (const format of ['text', 'json', 'sarif', 'junit', 'markdown', 'github']) {
    const { stdout, stderr } = await measured([PODPROOF, 'check', '-o', format, 'commands'], directory);
    for (const said of [stdout, stderr]) {
      expect(said).not.toMatch(/^\s*::(?!(?:error|warning|notice) file=)/m);
      expect(said).not.toContain('##vso[');
    }
  }
});
