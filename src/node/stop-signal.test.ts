import { expect, it } from 'vitest';
import { stopSignalName } from './stop-signal.ts';

it.each([
  [[], 'SIGTERM'],
  [[undefined, ''], 'SIGTERM'],
  [['SIGUSR1', 'SIGINT'], 'SIGUSR1'],
  [[undefined, 'SIGQUIT'], 'SIGQUIT'],
  [[undefined, 'quit'], 'SIGQUIT'],
  [[undefined, '3'], 'SIGQUIT'],
  [[undefined, 'SIGRTMIN+3'], 'SIGRTMIN+3'],
])('%j is %s', (candidates, name) => {
  expect(stopSignalName(...candidates)).toBe(name);
});
