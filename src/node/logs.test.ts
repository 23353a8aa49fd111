import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogDecoder, tailLog } from './logs.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-logs-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const line = (stream: string, tag: string, text: string): string =>
  `2026-01-01T00:00:00.1Z ${stream} ${tag} ${text}\n`;
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('decoding', () => {
  it('joins the parts of a line, of each stream by itself', () => {
    const text = line('stdout', 'P', 'on') + line('stderr', 'F', 'err') + line('stdout', 'F', 'e');
    expect(new LogDecoder().decode(bytes(text)).map(({ stream, text: joined }) => [stream, joined])).toEqual([
      ['stderr', 'err'],
      ['stdout', 'one'],
    ]);
  });

  it('takes the text in pieces of any size', () => {
    const decoder = new LogDecoder();
    const lines = Array.from(line('stdout', 'F', 'one two')).flatMap((character) =>
      decoder.decode(bytes(character)),
    );
    expect(lines.map(({ text }) => text)).toEqual(['one two']);
  });

  it('keeps empty lines and blanks', () => {
    const text = line('stdout', 'F', '') + line('stdout', 'F', '  x ');
    expect(new LogDecoder().decode(bytes(text)).map((decoded) => decoded.text)).toEqual(['', '  x ']);
  });

  it('hands a line without an end over in pieces', () => {
    const decoder = new LogDecoder();
    const part = line('stdout', 'P', 'x'.repeat(8192));
    const pieces = Array.from({ length: 1000 }, () => decoder.decode(bytes(part))).flat();
    expect(Math.max(...pieces.map(({ text }) => text.length))).toBeLessThan(300_000);
    expect(pieces.every(({ complete }) => !complete)).toBe(true);
    const all = [...pieces, ...decoder.flush()].map(({ text }) => text).join('');
    expect(all).toBe('x'.repeat(8_192_000));
  });

  it('keeps bytes that are no UTF-8, and characters that two parts share', () => {
    const written = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10));
    const log = bytes(line('stdout', 'P', written.toString('latin1')) + line('stdout', 'F', '\u00c3'));
    const decoder = new LogDecoder();
    const [told] = Array.from(log).flatMap((byte) => decoder.decode(Uint8Array.of(byte)));
    expect(told?.bytes).toEqual(Buffer.concat([written, Uint8Array.of(0xc3)]));
    const umlaut = bytes(line('stderr', 'P', '\u00c3') + line('stderr', 'F', '\u00bc'));
    expect(decoder.decode(umlaut).map(({ text }) => text)).toEqual(['\u00fc']);
  });

  it('gives what the container did not end when asked for it', () => {
    const decoder = new LogDecoder();
    expect(decoder.decode(bytes(line('stdout', 'P', 'half')))).toEqual([]);
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
