import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { COMPOSE_RULES } from './compose-rules.ts';
import { SERVICE_FIELDS } from './fields/service-fields.ts';

const PART = fileURLToPath(new URL('.', import.meta.url));

test('every finding of a Compose file is described, and nothing else', () => {
  const sources = readdirSync(PART, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
  );
  const told = sources.flatMap((path) =>
    [...readFileSync(PART + path, 'utf8').matchAll(/severity: '(\w+)',\s*code: '(compose-[a-z-]+)'/g)].map(
      ([, severity, code]) => `${code} ${severity}`,
    ),
  );
  const described = Object.entries(COMPOSE_RULES).map(([code, [, severity]]) => `${code} ${severity}`);
  // A name that the image has is only noted.
  expect([...new Set(told)].filter((it) => it !== 'compose-user-name note').toSorted()).toEqual(
    described.toSorted(),
  );
});

test('docs/inputs.md says what becomes of every field of a service', () => {
  const page = readFileSync(new URL('../../docs/inputs.md', import.meta.url), 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| (judged|told|no field in a pod|no bearing) \| (.*) \|$/gm)].map(
      ([, fate, fields]) => [fate, [...(fields ?? '').matchAll(/`(\w+)`/g)].map(([, field]) => field)],
    ),
  );
  expect(rows.get('judged')).toEqual(fieldsOf('pod'));
  expect(rows.get('told')).toEqual(fieldsOf('told'));
  expect(rows.get('no field in a pod')).toEqual(fieldsOf('unjudged'));
  expect(rows.get('no bearing')).toEqual(fieldsOf('elsewhere'));
});

function fieldsOf(fate: string): readonly string[] {
  return [...SERVICE_FIELDS].filter(([, it]) => it === fate).map(([field]) => field);
}
