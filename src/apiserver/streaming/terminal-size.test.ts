import { expect, test } from 'vitest';
import { parseTerminalSize, TerminalSizeReader } from './terminal-size.ts';

test('sizes are read however their lines are cut', () => {
  const reader = new TerminalSizeReader();
  const sizes = [
    '{"Width":100,"Hei',
    'ght":30}\n{"Width":90,"Height":20}\n',
    '{"Width":80,"Height":24}',
  ].flatMap((part) => reader.read(Buffer.from(part)));
  expect(sizes).toEqual([
    { columns: 100, rows: 30 },
    { columns: 90, rows: 20 },
    { columns: 80, rows: 24 },
  ]);
});

test.each(['{"Width":0,"Height":1}', '{"Width":70000,"Height":1}', '{"Width":"1","Height":1}', 'null', '{'])(
  'no size is %s',
  (text) => {
    expect(parseTerminalSize(text)).toBeUndefined();
  },
);

test('a line without end is not kept', () => {
  const reader = new TerminalSizeReader();
  for (let count = 0; count < 100; count += 1) reader.read(Buffer.alloc(10_000, 'x'));
  expect(reader.read(Buffer.from('\n{"Width":80,"Height":24}\n'))).toEqual([{ columns: 80, rows: 24 }]);
});
