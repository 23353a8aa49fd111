import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { commandHelp, programHelp } from './help.ts';

test.each(COMMANDS)('the help of $name fits 100 columns', async (command) => {
  const { spec } = await command.load();
  expect(
    commandHelp(spec)
      .split('\n')
      .filter((line) => line.length > 100),
  ).toEqual([]);
});

test('the list of commands fits 100 columns', () => {
  expect(
    programHelp()
      .split('\n')
      .filter((line) => line.length > 100),
  ).toEqual([]);
});
