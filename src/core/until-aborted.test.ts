import { expect, test } from 'vitest';
import { untilAborted } from './until-aborted.ts';

const never = new Promise<never>(() => {});

test('what is done in time is handed on, errors too', async () => {
  const { signal } = new AbortController();
  await expect(untilAborted(Promise.resolve(7), signal)).resolves.toBe(7);
  await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

test('nothing is waited for after an abort, and its reason is thrown', async () => {
  const controller = new AbortController();
  const waiting = untilAborted(never, controller.signal);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(untilAborted(never, controller.signal)).rejects.toThrow('enough');
});

test('what fails later fails for nobody', async () => {
  const controller = new AbortController();
  controller.abort(new Error('enough'));
  const late = new Promise<never>((_, reject) => void setTimeout(() => reject(new Error('late')), 5));
  await expect(untilAborted(late, controller.signal)).rejects.toThrow('enough');
  await new Promise((resolve) => void setTimeout(resolve, 20));
});
