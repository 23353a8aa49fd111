import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { canRunContainers } from '../support/machine.ts';
import { PODPROOF } from '../support/paths.ts';
import { startOnTerminal } from '../support/pty.ts';

const IMAGE = 'localhost/busybox:root';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'pp-terminal-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function environment(): Record<string, string | undefined> {
  const { NO_COLOR: _, ...env } = process.env;
  return { ...env, PODPROOF_ROOT: inject('podproofRoot'), TERM: 'xterm' };
}

describe.skipIf(!canRunContainers())('run -it', () => {
  test('the container has the terminal: its size, what is typed, changes of the size, the exit code', async () => {
    // The terminal has its size a moment after the process has begun, as with docker.
    const script = [
      'tty; until stty size | grep -q "33 91"; do sleep 0.05; done; echo sized',
      'read x; echo "got $x"; trap "stty size; exit 5" WINCH; echo ready; while :; do sleep 0.1; done',
    ].join('; ');
    const program = startOnTerminal(PODPROOF, ['run', '-it', IMAGE, 'sh', '-c', script], environment(), {
      cols: 91,
      rows: 33,
    });
    await program.shows('sized');
    expect(program.screen()).toMatch(/^\/dev\/pts\/0\r+\n/);
    program.pty.write('hello\r');
    await program.shows(/got hello\s+ready/);
    program.pty.resize(120, 40);
    await program.shows('40 120');
    expect(await program.exit).toBe(5);
  });

  test('Ctrl-C is a key: it reaches the program in the container', async () => {
    const script = 'trap "echo caught; exit 7" INT; echo up; while :; do sleep 0.1; done';
    const program = startOnTerminal(PODPROOF, ['run', '-it', IMAGE, 'sh', '-c', script], environment());
    await program.shows('up');
    program.pty.write('\u0003');
    await program.shows('caught');
    expect(await program.exit).toBe(7);
  });

  test('a terminal that is closed takes its container along', async () => {
    const script = 'trap "exit 0" TERM; echo up; while :; do sleep 0.1; done';
    const program = startOnTerminal(PODPROOF, ['run', '-it', IMAGE, 'sh', '-c', script], environment());
    await program.shows('up');
    program.pty.kill('SIGHUP');
    await program.exit;
    expect(readdirSync(join(inject('podproofRoot'), 'lib', 'pods'))).toEqual([]);
  });
});

describe('colour', () => {
  const RED = '\u001B[31m';
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n';

  test.each([
    ['on a terminal', {}, true],
    ['not with NO_COLOR', { NO_COLOR: '1' }, false],
    ['not on a terminal that has none', { TERM: 'dumb' }, false],
  ])('%s', async (_, env, isColoured) => {
    writeFileSync(join(dir, 'pod.yaml'), pod);
    const args = ['check', '--images', 'never', join(dir, 'pod.yaml')];
    const program = startOnTerminal(PODPROOF, args, { ...environment(), ...env });
    expect(await program.exit).toBe(1);
    expect(program.screen()).toContain('denied, 4 of');
    expect(program.screen().includes(RED)).toBe(isColoured);
    // oxlint-disable-next-line no-control-regex -- colours are not counted
    const plain = program.screen().replaceAll(/\u001B\[\d+m/g, '');
    const lines = plain.split('\r\n').filter((line) => !line.includes(dir));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
