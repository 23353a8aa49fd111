import { expect, it } from 'vitest';
import { expandVariables } from './expand.ts';

const values: Readonly<Record<string, string>> = { A: 'a', EMPTY: '', REF: '$(A)', 'with.dot': 'd' };
const expand = (text: string): string => expandVariables(text, (name) => values[name]);

it.each([
  ['$(A)', 'a'],
  ['x$(A)y$(A)z', 'xayaz'],
  ['$(EMPTY)', ''],
  ['$(MISSING)', '$(MISSING)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$a'],
  ['$$$$(A)', '$$(A)'],
  ['$A', '$A'],
  ['$', '$'],
  ['$(A', '$(A'],
  ['$(REF)', '$(A)'],
  ['$(with.dot)', 'd'],
  ['$($(A))', '$($(A))'],
])('%s becomes %s', (text, expanded) => {
  expect(expand(text)).toBe(expanded);
});

it('what is not closed takes no time by its square', () => {
  const text = '$('.repeat(300_000);
  const startedAt = performance.now();
  expect(expand(`$(A)${text}$$`)).toBe(`a${text}$`);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});
