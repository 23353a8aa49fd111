import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { lastResort } from './last-resort.ts';

function watched(): { process: EventEmitter; told: string[]; resort: ReturnType<typeof lastResort> } {
  const process = new EventEmitter();
  const told: string[] = [];
  return { process, told, resort: lastResort(process, (text) => told.push(text)) };
}

test('a promise that nobody heeds is told, and the node goes on', () => {
  const { process, told, resort } = watched();
  process.emit('unhandledRejection', new Error('lost'));
  process.emit('unhandledRejection', 'lost as well');
  expect(told).toEqual([
    expect.stringMatching(/^podproof: a defect of podproof: the node goes on: Error: lost\n {4}at /),
    'podproof: a defect of podproof: the node goes on: lost as well\n',
  ]);
  expect(resort.isBroken()).toBe(false);
});

test('an error of a socket that nobody listens to does not end the node', () => {
  const { process, told, resort } = watched();
  process.emit(
    'uncaughtException',
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' }),
  );
  expect(told.join('')).toContain('goes on: Error: read ECONNRESET');
  expect(resort.isBroken()).toBe(false);
});

test('any other exception ends it, told with where it came from', async () => {
  const { process, told, resort } = watched();
  process.emit('uncaughtException', new TypeError('x is undefined'));
  await resort.broken;
  expect(resort.isBroken()).toBe(true);
  expect(told.join('')).toMatch(/ends, its pods go on running: TypeError: x is undefined\n {4}at /);
});
