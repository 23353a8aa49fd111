import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RULE_IDS } from '../src/check/rules.ts';
import { PodproofError } from '../src/core/errors.ts';
import { readCheckConfig } from '../src/repository/read-check-config.ts';

const SCHEMA = new URL('../schemas/podproof.schema.json', import.meta.url);
const text = readFileSync(SCHEMA, 'utf8');
const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true, strictRequired: false });
addFormats.default(ajv);
const isValid = ajv.compile(JSON.parse(text));

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-schema-'));
  mkdirSync(join(directory, '.git'));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** What the command says of the same document. */
function problemsOf(config: unknown): readonly string[] {
  const path = join(directory, 'podproof.yaml');
  writeFileSync(path, JSON.stringify(config));
  try {
    readCheckConfig(path, { rules: RULE_IDS });
    return [];
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    return error.problems;
  }
}

/** A record of which every member may be missing, and now and then there is one too many. */
function record(
  members: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  requiredKeys: string[] = [],
): fc.Arbitrary<unknown> {
  const known = fc.record(members, { requiredKeys });
  return fc.oneof(
    { weight: 50, arbitrary: known },
    { weight: 1, arbitrary: known.map((it) => ({ ...it, surplus: 1 })) },
    { weight: 1, arbitrary: fc.constantFrom('text', 1, ['list']) },
  );
}

const WRONG: readonly unknown[] = ['', 1, true, {}, []];

/** Mostly a good value; now and then a bad one, or one of another type. */
function or(good: readonly unknown[], bad: readonly unknown[] = []): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 25, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad, ...WRONG) },
  );
}

function list(of: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 25, arbitrary: fc.array(of, { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(...WRONG) },
  );
}

const glob = or(['a', 'deploy/**']);
const name = or(['web', 'registry.example.com/web:1'], ['a b']);
const source = fc.oneof(
  record({ name, from: or(['oci:build/web']) }, ['name', 'from']),
  record(
    {
      name,
      dockerfile: or(['Dockerfile'], ['/Dockerfile']),
      target: or(['final']),
      buildArgs: or([{ A: 'b' }], [{ A: 1 }]),
    },
    ['name', 'dockerfile'],
  ),
  record({ name, from: or(['oci:build/web']), dockerfile: or(['Dockerfile']), target: or(['final']) }),
);
const exemption = record(
  {
    checks: fc.oneof(
      { weight: 9, arbitrary: or([['hostPorts', 'implicit-root'], ['CreateContainerConfigError'], ['*']]) },
      { weight: 1, arbitrary: list(or(['hostPorts', '*', 'unreadable'])) },
    ),
    namespace: glob,
    kind: glob,
    name: glob,
    container: glob,
    path: glob,
    reason: or(['because'], ['  ']),
    expires: or(['2027-01-31'], ['2027-02-30', 'soon']),
  },
  ['checks', 'reason'],
);
const config = record({
  level: or(['restricted'], ['strict']),
  version: or(['v1.36', 'latest'], ['1.36', 'v1.036']),
  profile: or(['cri-o'], ['docker']),
  images: fc.oneof(
    or(['cached'], ['all']),
    record({ search: or(['never'], ['all', 'pull']), sources: list(source) }),
  ),
  failOn: or(['warning'], ['note']),
  templatePath: or(['spec.a']),
  paths: list(or(['deploy'], ['/etc'])),
  exclude: list(glob),
  podSecurity: or(['a.yaml'], ['/a.yaml']),
  baseline: or(['b.json']),
  ignoreAnnotations: or([false]),
  exemptions: list(exemption),
}).map((it) =>
  typeof it === 'object' && !Array.isArray(it)
    ? { apiVersion: 'podproof.dev/v1', kind: 'CheckConfig', ...it }
    : it,
);

test('the schema for editors takes what the command takes, and nothing else', () => {
  let valid = 0;
  fc.assert(
    fc.property(config, (document) => {
      const problems = problemsOf(document);
      expect({ valid: isValid(document), document, problems }).toMatchObject({
        valid: problems.length === 0,
      });
      if (problems.length === 0) valid += 1;
    }),
    { numRuns: 400 },
  );
  expect(valid).toBeGreaterThan(40);
});

test('a member without a value is none, for both', () => {
  const document = {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckConfig',
    level: null,
    paths: null,
    images: null,
    baseline: null,
  };
  expect(problemsOf(document)).toEqual([]);
  expect(isValid(document)).toBe(true);
});

test.each(RULE_IDS.filter((id) => id !== 'unreadable'))('%s may be exempted', (id) => {
  const document = {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckConfig',
    exemptions: [{ checks: [id], reason: 'x' }],
  };
  expect(isValid(document)).toBe(true);
});
