import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { RULE_IDS, RULES } from './rules.ts';

const SRC = resolve(import.meta.dirname, '..');

/** The parts that make findings of a check. */
const PARTS = ['check', 'compose', 'confinement', 'dockerfile', 'manifest', 'predict'];

/** Every code of a finding, and every reason of a refusal, that stands in the sources. */
function idsInSources(): readonly string[] {
  const files = PARTS.flatMap((part) =>
    readdirSync(join(SRC, part), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => join(SRC, part, file)),
  );
  const ids = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const codes = [...text.matchAll(/\bcode: '([a-z]+(?:-[a-z]+)+)'/g)].map(([, code]) => code ?? '');
    const reasons = [...text.matchAll(/\breason: '([A-Z][A-Za-z]+)'/g)].map(([, reason]) => reason ?? '');
    return [...codes, ...reasons];
  });
  return [...new Set(ids)].toSorted();
}

test('every finding that the sources make has a rule that explains it', () => {
  const found = idsInSources();
  expect(found.length).toBeGreaterThan(40);
  expect(found.filter((id) => !RULE_IDS.includes(id))).toEqual([]);
});

test('no id stands for two rules, and every rule says what to do', () => {
  expect(new Set(RULE_IDS).size).toBe(RULE_IDS.length);
  expect(RULES.filter(({ title, description, help }) => [title, description, help].includes(''))).toEqual([]);
});
