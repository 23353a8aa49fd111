import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { disagreement } from './pss/disagreement.ts';
import { byCheck, byPolicy } from './pss/judges.ts';
import { readSuite, type SuiteFile } from './pss/read-suite.ts';

/** Upstream's own pods, as many versions of them as are at hand. */
const ROOT =
  process.env['PODPROOF_PSS_FIXTURES'] ?? resolve(import.meta.dirname, '../../../shared/fixtures/pss');

/** One test for each directory, of some thousand files. */
function byPlace(files: readonly SuiteFile[]): readonly (readonly [string, readonly SuiteFile[]])[] {
  const groups = new Map<string, SuiteFile[]>();
  for (const file of files) {
    const place = `${file.level} ${file.version}: must ${file.verdict}`;
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [file]);
    else group.push(file);
  }
  return [...groups];
}

if (existsSync(ROOT)) {
  const files = readSuite(ROOT);
  describe.each([
    ['the policy', byPolicy],
    ['podproof check', byCheck],
  ])('%s', (name, judge) => {
    let agreed = 0;

    test.each(byPlace(files))('upstream pods at %s', async (_, group) => {
      const answers = await Promise.all(group.map((file) => disagreement(file, judge, ROOT)));
      const wrong = answers.filter((text) => text !== undefined);
      agreed += group.length - wrong.length;
      expect(wrong).toEqual([]);
    });

    test('every upstream pod at hand was judged as upstream judges it', () => {
      process.stdout.write(
        `Pod Security Standards, ${name}: ${agreed} of ${files.length} upstream fixtures agree\n`,
      );
      expect(files.length).toBeGreaterThan(0);
      expect(agreed).toBe(files.length);
    });
  });
} else {
  test.skip(`upstream's fixtures are not at hand (set PODPROOF_PSS_FIXTURES): nothing compared`, () => {});
}
