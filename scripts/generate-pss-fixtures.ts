// `npx tsx scripts/generate-pss-fixtures.ts` writes the project's own pods for the Pod Security Standards.
// A test fails while they are stale.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownFixtureFiles } from '../test/conformance/pss/own-fixtures.ts';

const root = new URL('../test/fixtures/pss/', import.meta.url);

for (const level of ['baseline', 'restricted'])
  rmSync(new URL(level, root), { recursive: true, force: true });
for (const [path, text] of ownFixtureFiles()) {
  const file = fileURLToPath(new URL(path, root));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
