import { expect, it } from 'vitest';
import type { ObjectApi } from '../../kube/object-api.ts';
import { giveMemoryBack } from './give-memory-back.ts';

it('what nobody needs any more is collected after the start, and again after pods have changed', async () => {
  const collected: string[] = [];
  const registry = new FinalizationRegistry((name: string) => collected.push(name));
  const listeners: (() => void)[] = [];
  const watch: ObjectApi['watch'] = (_kind, listener) => {
    // The event says nothing that is of interest here.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    listeners.push(() => listener({ type: 'MODIFIED' } as Parameters<typeof listener>[0]));
    return () => undefined;
  };
  const close = giveMemoryBack({ watch }, { quietMs: 10, betweenMs: 20 });
  registry.register({}, 'start');
  await expect.poll(() => collected, { timeout: 5000 }).toEqual(['start']);
  registry.register({}, 'pods');
  for (const tell of listeners) tell();
  await expect.poll(() => collected, { timeout: 5000 }).toEqual(['start', 'pods']);
  close();
});
