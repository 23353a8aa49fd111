import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SRC = new URL('../src/', import.meta.url);

/** What index.ts exports, with the module that it comes from. */
function publicNames(): readonly (readonly [name: string, module: string])[] {
  const index = readFileSync(new URL('index.ts', SRC), 'utf8');
  const exports = [...index.matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^']+)';$/gm)];
  return exports.flatMap(([, names = '', module = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter((name) => name !== '')
      .map((name) => [name, module] as const),
  );
}

test.each(publicNames())('%s says what it is', (name, module) => {
  const text = readFileSync(new URL(module, SRC), 'utf8');
  const declared = new RegExp(
    `^(.*)\\n(?://.*\\n)*export (?:async )?(?:interface|type|function|class|const) ${name}\\b`,
    'm',
  ).exec(text);
  expect(declared?.[1]).toMatch(/\*\/$/);
});
