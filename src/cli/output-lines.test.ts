import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { type OutputLine, outputLines } from './output-lines.ts';

async function lines(chunks: readonly Buffer[]): Promise<readonly OutputLine[]> {
  const found: OutputLine[] = [];
  for await (const line of outputLines(Readable.from(chunks))) found.push(line);
  return found;
}

const told = (found: readonly OutputLine[]): readonly [string, boolean][] =>
  found.map(({ bytes, complete }) => [bytes.toString('latin1'), complete]);

it('lines come whole, however the output is cut', async () => {
  const text = Buffer.from('one\n\n two \xff\nend', 'latin1');
  const expected = [
    ['one', true],
    ['', true],
    [' two \xff', true],
    ['end', false],
  ];
  expect(told(await lines([text]))).toEqual(expected);
  expect(told(await lines(Array.from(text, (byte) => Buffer.of(byte))))).toEqual(expected);
  expect(await lines([])).toEqual([]);
});

it('a line without an end is handed over in pieces', async () => {
  const found = await lines(Array.from({ length: 1000 }, () => Buffer.alloc(8192, 'x')));
  expect(Math.max(...found.map(({ bytes }) => bytes.length))).toBeLessThan(300_000);
  expect(found.every(({ complete }) => !complete)).toBe(true);
  expect(Buffer.concat(found.map(({ bytes }) => bytes)).length).toBe(8_192_000);
});
