import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followLog, LogDecoder, tailLog } from './logs.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-logs-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const line = (stream: string, tag: string, text: string): string =>
  `2026-01-01T00:00:00.1Z ${stream} ${tag} ${text}\n`;

describe('decoding', () => {
  it('joins the parts of a line, of each stream by itself', () => {
    const text = line('stdout', 'P', 'on') + line('stderr', 'F', 'err') + line('stdout', 'F', 'e');
    expect(new LogDecoder().decode(text).map(({ stream, text: joined }) => [stream, joined])).toEqual([
      ['stderr', 'err'],
      ['stdout', 'one'],
    ]);
  });

  it('takes the text in pieces of any size', () => {
    const decoder = new LogDecoder();
    const lines = Array.from(line('stdout', 'F', 'one two')).flatMap((character) =>
      decoder.decode(character),
    );
    expect(lines.map(({ text }) => text)).toEqual(['one two']);
  });

  it('keeps empty lines and blanks', () => {
    const text = line('stdout', 'F', '') + line('stdout', 'F', '  x ');
    expect(new LogDecoder().decode(text).map((decoded) => decoded.text)).toEqual(['', '  x ']);
  });

  it('hands a line without an end over in pieces', () => {
    const decoder = new LogDecoder();
    const part = line('stdout', 'P', 'x'.repeat(8192));
    const pieces = Array.from({ length: 1000 }, () => decoder.decode(part)).flat();
    expect(Math.max(...pieces.map(({ text }) => text.length))).toBeLessThan(300_000);
    expect(pieces.every(({ complete }) => !complete)).toBe(true);
    const all = [...pieces, ...decoder.flush()].map(({ text }) => text).join('');
    expect(all).toBe('x'.repeat(8_192_000));
  });

  it('gives what the container did not end when asked for it', () => {
    const decoder = new LogDecoder();
    expect(decoder.decode(line('stdout', 'P', 'half'))).toEqual([]);
    expect(decoder.flush()).toMatchObject([{ text: 'half', complete: false }]);
  });
});

it('the tail is the last lines only', async () => {
  const path = join(dir, 'log');
  writeFileSync(path, Array.from({ length: 1000 }, (_, i) => line('stdout', 'F', `line ${i}`)).join(''));
  expect((await tailLog(path, 2)).map(({ text }) => text)).toEqual(['line 998', 'line 999']);
  expect((await tailLog(path, 1000, 200)).length).toBeLessThan(10);
  expect(await tailLog(join(dir, 'none'), 2)).toEqual([]);
});

it('following waits for the log, reads what is written, and ends with the container', async () => {
  const path = join(dir, 'log');
  const ended = new AbortController();
  const texts: string[] = [];
  const following = (async () => {
    for await (const { text } of followLog(path, ended.signal)) texts.push(text);
  })();
  writeFileSync(path, line('stdout', 'F', 'first'));
  await expect.poll(() => texts).toEqual(['first']);
  appendFileSync(path, line('stdout', 'F', 'äöü 🙂') + line('stdout', 'P', 'last'));
  ended.abort();
  await following;
  expect(texts).toEqual(['first', 'äöü 🙂', 'last']);
});
