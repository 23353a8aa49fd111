import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogOptions } from '../../apiserver/kubelet-port.ts';
import { LogPartReader } from './log-parts.ts';
import { LogText } from './log-text.ts';

const log = [
  '2026-01-01T00:00:01.000000001+00:00 stdout F one',
  '2026-01-01T00:00:02.000000002+00:00 stderr F two',
  '2026-01-01T00:00:03.000000003+00:00 stdout P thr',
  '2026-01-01T00:00:03.000000004+00:00 stdout F ee',
  'no record at all',
  '2026-01-01T00:00:05.000000005+00:00 stdout F ',
  '',
].join('\n');

function textOf(options: Partial<LogOptions>, chunks: readonly Buffer[] = [Buffer.from(log)]): string {
  const reader = new LogPartReader();
  const text = new LogText(
    { follow: false, previous: false, timestamps: false, ...options },
    Date.parse('2026-01-01T00:00:10Z'),
  );
  return Buffer.concat(chunks.map((chunk) => text.format(reader.read(chunk)))).toString();
}

test('lines are put together of their parts', () => {
  expect(textOf({})).toBe('one\ntwo\nthree\n\n');
});

test('each line has one timestamp, as Go prints it', () => {
  expect(textOf({ timestamps: true })).toBe(
    [
      '2026-01-01T00:00:01.000000001Z one',
      '2026-01-01T00:00:02.000000002Z two',
      '2026-01-01T00:00:03.000000003Z three',
      '2026-01-01T00:00:05.000000005Z ',
      '',
    ].join('\n'),
  );
});

test('older lines are left out', () => {
  expect(textOf({ sinceTime: '2026-01-01T00:00:03Z' })).toBe('three\n\n');
  expect(textOf({ sinceSeconds: 6 })).toBe('\n');
});

test('one stream can be asked for', () => {
  expect(textOf({ stream: 'Stderr' })).toBe('two\n');
  expect(textOf({ stream: 'Stdout' })).toBe('one\nthree\n\n');
});

test('a limit counts bytes', () => {
  expect(textOf({ limitBytes: 6 })).toBe('one\ntw');
});

test('what a container writes comes out byte by byte, however the log is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), fc.integer({ min: 1, max: 50 }), (lines, size) => {
      const contents = lines.map((line) => Buffer.from(line.map((byte) => (byte === 10 ? 32 : byte))));
      const records = contents.map((line) =>
        Buffer.concat([Buffer.from('2026-01-01T00:00:00.0Z stdout F '), line, Buffer.from('\n')]),
      );
      const whole = Buffer.concat(records);
      const chunks: Buffer[] = [];
      for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
      const expected = Buffer.concat(contents.map((line) => Buffer.concat([line, Buffer.from('\n')])));
      expect(textOf({}, chunks)).toBe(expected.toString());
    }),
  );
});
