import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { writeThrough } from './write-through.ts';

const chunk = Buffer.alloc(100);

it('waits for a slow reader, whoever writes', async () => {
  const done: (() => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, next) => void done.push(next) });
  let written = 0;
  const both = [writeThrough(stream, chunk), writeThrough(stream, chunk)].map(async (one) => {
    await one;
    written += 1;
  });
  await new Promise(setImmediate);
  expect(written).toBe(0);
  done.shift()?.();
  await expect.poll(() => done.length).toBe(1);
  done.shift()?.();
  await Promise.all(both);
  expect(written).toBe(2);
});

it('a reader that has gone holds nobody, also on a stream that Node.js revives', async () => {
  const stream = new Writable({ highWaterMark: 1, autoDestroy: false, write: () => undefined });
  stream.on('error', () => undefined);
  const before = writeThrough(stream, chunk);
  stream.emit('error', new Error('EPIPE'));
  await before;
  // It takes nothing and fails no more: only what was remembered ends this.
  await writeThrough(stream, chunk);
  expect(stream.destroyed).toBe(false);
});
