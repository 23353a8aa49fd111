import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/check/rules.ts';
import type { FileReport } from '../../src/core/contract/check-report.ts';
import { type SarifFormatOptions, sarifFormat } from '../../src/report/check/sarif-format.ts';
import { EMPTY_REPORT, HOSTILE_TEXTS, hostileReport, REPORTS, writeAll } from '../support/check-reports.ts';

const SCHEMA = new URL('../fixtures/sarif-2.1.0.schema.json', import.meta.url);

/** OASIS's own schema; it is of draft 4, whose `id` is now written `$id`. */
function officialSchema(): object {
  const { $schema: _, id, ...rest } = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  return { $id: id, ...rest };
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(officialSchema());

function errorsIn(reports: readonly FileReport[], options: SarifFormatOptions = {}): readonly string[] {
  validate(JSON.parse(writeAll(sarifFormat(options), reports)));
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

describe('SARIF 2.1.0 by its official schema', () => {
  it('the schema refuses what is none', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [{ level: 'terrible' }] }] })).toBe(false);
  });

  it.each<[string, readonly FileReport[]]>([
    ['nothing', []],
    ['a file without findings', [EMPTY_REPORT]],
    ['one of everything', REPORTS],
    ...HOSTILE_TEXTS.map((text): [string, FileReport[]] => [JSON.stringify(text), [hostileReport(text)]]),
  ])('%s', (_, reports) => {
    expect(errorsIn(reports)).toEqual([]);
    expect(errorsIn(reports, { keepsSuppressed: true, directory: '/work', rules: RULES })).toEqual([]);
  });
});

describe('what code scanning asks for beyond the schema', () => {
  const log = JSON.parse(writeAll(sarifFormat({ rules: RULES }), REPORTS));
  const [run] = log.runs;

  it('every rule says what it is about and what to do', () => {
    for (const rule of run.tool.driver.rules) {
      expect(rule).toMatchObject({
        shortDescription: { text: expect.stringMatching(/^.{1,1024}$/s) },
        fullDescription: { text: expect.stringMatching(/^.{1,1024}$/s) },
        help: { text: expect.stringMatching(/./), markdown: expect.stringMatching(/./) },
      });
      expect(rule.name.length).toBeLessThanOrEqual(255);
      expect(rule.properties.tags.length).toBeLessThanOrEqual(10);
    }
    expect(new Set(run.tool.driver.rules.map(({ id }: { id: string }) => id)).size).toBe(
      run.tool.driver.rules.length,
    );
  });

  it('every result has a text, one location with a line, and a fingerprint', () => {
    expect(run.results.length).toBeGreaterThan(0);
    for (const { message, locations, partialFingerprints } of run.results) {
      expect(message.text).not.toBe('');
      expect(locations).toHaveLength(1);
      expect(locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
      expect(partialFingerprints['podproof/v1']).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
