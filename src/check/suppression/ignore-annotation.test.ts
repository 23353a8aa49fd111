import { describe, expect, test } from 'vitest';
import { readIgnores } from './ignore-annotation.ts';
import type { AnnotatedObject, ObjectIgnores } from './suppressor.ts';

const RULES = new Set(['hostNamespaces', 'hostPorts', 'privileged', 'CreateContainerConfigError']);

function annotations(text: string | undefined): { readonly annotations?: Record<string, string> } {
  return text === undefined ? {} : { annotations: { 'podproof.dev/ignore': text } };
}

function annotated(onObject: string | undefined, onTemplate?: string): AnnotatedObject {
  return {
    source: { file: 'a.yaml', document: 0, line: 1 },
    templatePath: ['spec', 'template'],
    written: {
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', ...annotations(onObject) },
        spec: { template: { metadata: annotations(onTemplate) } },
      } as AnnotatedObject['written']['object'],
      locate: (path) => ({ line: path.length, column: 5 }),
    },
  };
}

function read(text: string): ObjectIgnores | undefined {
  return readIgnores(annotated(text), RULES);
}

function rulesOf(text: string): readonly string[] {
  return (read(text)?.ignores ?? []).map(
    ({ rule, container, reason }) => `${rule}${container === undefined ? '' : `@${container}`}: ${reason}`,
  );
}

test('an object without the annotation has nothing to say', () => {
  expect(readIgnores(annotated(undefined), RULES)).toBeUndefined();
});

describe('what counts', () => {
  test.each([
    [
      "hostNamespaces, privileged: reads the host's processes",
      ["hostNamespaces: reads the host's processes", "privileged: reads the host's processes"],
    ],
    ['hostPorts(web): a load balancer: port 80', ['hostPorts@web: a load balancer: port 80']],
    [
      'hostPorts: one; privileged: two\n\nhostNamespaces: three;',
      ['hostPorts: one', 'privileged: two', 'hostNamespaces: three'],
    ],
    [
      'CreateContainerConfigError: patched by a webhook',
      ['CreateContainerConfigError: patched by a webhook'],
    ],
  ])('%j', (text, expected) => {
    expect(rulesOf(text)).toEqual(expected);
    expect(read(text)?.findings).toEqual([]);
  });

  test('annotations of the object and of its pod template, each at its place', () => {
    const ignores = readIgnores(annotated('hostPorts: a', 'privileged: b'), RULES)?.ignores;
    expect(ignores).toEqual([
      {
        rule: 'hostPorts',
        reason: 'a',
        field: 'metadata.annotations[podproof.dev/ignore]',
        line: 3,
        column: 5,
      },
      {
        rule: 'privileged',
        reason: 'b',
        field: 'spec.template.metadata.annotations[podproof.dev/ignore]',
        line: 5,
        column: 5,
      },
    ]);
  });
});

describe('what does not count is a warning at its place', () => {
  test.each([
    [
      'hostNamespaces',
      'ignore-without-reason',
      'podproof.dev/ignore does not count without a reason: "hostNamespaces"',
    ],
    [
      'hostNamespaces:  ',
      'ignore-without-reason',
      'podproof.dev/ignore does not count without a reason: "hostNamespaces"',
    ],
    [
      '*: all of it',
      'ignore-unknown-check',
      'podproof.dev/ignore cannot be for all checks: "*" does not count',
    ],
    [
      'unreadable: x',
      'ignore-unknown-check',
      'podproof.dev/ignore names no check with "unreadable": it does not count',
    ],
    [
      '__proto__: x',
      'ignore-unknown-check',
      'podproof.dev/ignore names no check with "__proto__": it does not count',
    ],
  ])('%j', (text, code, message) => {
    expect(rulesOf(text)).toEqual([]);
    expect(read(text)?.findings).toMatchObject([
      {
        severity: 'warning',
        code,
        message,
        field: 'metadata.annotations[podproof.dev/ignore]',
        line: 3,
        column: 5,
      },
    ]);
  });

  test('a check that is written wrong: the nearest is named, and the others count', () => {
    const { ignores, findings } = read('hostnamespace, hostPorts: x') ?? { ignores: [], findings: [] };
    expect(ignores.map(({ rule }) => rule)).toEqual(['hostPorts']);
    expect(findings[0]?.advice).toBe('did you mean "hostNamespaces"?');
  });

  test('a hundred thousand entries are no hundred thousand warnings', () => {
    const found = read('x: y;'.repeat(100_000))?.findings ?? [];
    expect(found).toHaveLength(101);
    expect(found.at(-1)?.code).toBe('ignore-too-long');
  });
});
