import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PODPROOF_VERSION } from './version.ts';

test("the version that is printed is the package's", () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: PODPROOF_VERSION });
});
