import { describe, expect, it } from 'vitest';
import type { FileReport } from '../../src/core/contract/check-report.ts';
import { junitFormat } from '../../src/report/check/junit-format.ts';
import { HOSTILE_TEXTS, hostileReport, REPORTS, writeAll } from '../support/check-reports.ts';
import { parseStrictXml, type XmlElement } from '../support/strict-xml.ts';

/** What Jenkins' `junit-10.xsd` allows of what podproof writes: attributes with `!` must be there. */
const SCHEMA: Readonly<
  Record<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>
> = {
  testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: {
    attributes: [
      'name!',
      'tests!',
      'failures!',
      'errors!',
      'skipped',
      'time',
      'timestamp',
      'hostname',
      'id',
      'file',
    ],
    children: ['testcase', 'properties', 'system-out', 'system-err'],
  },
  testcase: {
    attributes: ['name!', 'time', 'classname', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  failure: { attributes: ['type', 'message'], children: [] },
  error: { attributes: ['type', 'message'], children: [] },
  skipped: { attributes: ['type', 'message'], children: [] },
  'system-out': { attributes: [], children: [] },
};

function errorsIn(element: XmlElement): readonly string[] {
  const rule = SCHEMA[element.name];
  if (rule === undefined) return [`element ${element.name}`];
  const needed = rule.attributes.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1));
  const known = rule.attributes.map((name) => name.replace('!', ''));
  return [
    ...needed
      .filter((name) => !(name in element.attributes))
      .map((name) => `${element.name} without ${name}`),
    ...Object.keys(element.attributes)
      .filter((name) => !known.includes(name))
      .map((name) => `${element.name} with ${name}`),
    ...element.children
      .filter(({ name }) => !rule.children.includes(name))
      .map(({ name }) => `${name} in ${element.name}`),
    ...(rule.children.length > 0 && element.text.trim() !== '' ? [`text in ${element.name}`] : []),
    ...element.children.flatMap(errorsIn),
  ];
}

const parse = (...reports: readonly FileReport[]): XmlElement =>
  parseStrictXml(writeAll(junitFormat({}), reports));

describe('JUnit as Jenkins, GitLab and GitHub read it', () => {
  it.each<[string, readonly FileReport[]]>([
    ['nothing', []],
    ['one of everything', REPORTS],
    ...HOSTILE_TEXTS.map((text): [string, FileReport[]] => [JSON.stringify(text), [hostileReport(text)]]),
  ])('%s has the elements and attributes that they know', (_, reports) => {
    expect(errorsIn(parse(...reports))).toEqual([]);
  });

  it('the numbers of a suite are those of its cases', () => {
    for (const suite of parse(...REPORTS, hostileReport('x')).children) {
      const having = (name: string): string =>
        String(suite.children.filter(({ children }) => children.some((child) => child.name === name)).length);
      expect(suite.attributes).toMatchObject({
        tests: String(suite.children.length),
        failures: having('failure'),
        errors: having('error'),
        skipped: having('skipped'),
      });
    }
  });

  it.each(HOSTILE_TEXTS)('a name is data, whatever it says: %j', (text) => {
    const [suite, ...more] = parse(hostileReport(text)).children;
    expect(more).toEqual([]);
    expect(suite?.children.map(({ name }) => name)).toEqual(['testcase', 'testcase', 'testcase', 'testcase']);
  });
});
