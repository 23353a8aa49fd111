import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
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
    expect(errorsIn(reports, { keepsSuppressed: true, directory: '/work' })).toEqual([]);
  });
});
