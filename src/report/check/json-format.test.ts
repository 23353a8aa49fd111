import { describe, expect, it } from 'vitest';
import {
  EMPTY_REPORT,
  HEADER,
  HOSTILE_TEXTS,
  hostileReport,
  REPORTS,
  summaryOf,
  writeAll,
} from '../../../test/support/check-reports.ts';
import type { CheckReport, FileReport } from '../../core/contract/check-report.ts';
import { visibleText } from '../../core/visible-text.ts';
import { renderJson } from '../render-json.ts';
import { jsonFormat } from './json-format.ts';

function joined(reports: readonly FileReport[]): CheckReport {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'CheckReport',
    profile: HEADER.profile,
    kubernetes: HEADER.kubernetes,
    workloads: reports.flatMap(({ workloads }) => workloads),
    objects: reports.flatMap(({ objects }) => objects),
    dockerfiles: reports.flatMap(({ dockerfiles }) => dockerfiles),
    problems: reports.flatMap(({ problems }) => problems),
    skipped: reports.flatMap(({ skipped }) => skipped),
    summary: summaryOf(reports),
  };
}

describe('the JSON of a check, written in pieces', () => {
  it.each<[string, readonly FileReport[]]>([
    ['of nothing', []],
    ['of files without anything', [EMPTY_REPORT, EMPTY_REPORT]],
    ['of one of everything', REPORTS],
    ['of everything twice', [...REPORTS, ...REPORTS]],
  ])('is to the byte that of the whole report: %s', (_, reports) => {
    expect(writeAll(jsonFormat(), reports)).toBe(renderJson(joined(reports)));
  });

  it.each(HOSTILE_TEXTS)('says what is there, and moves no cursor: %j', (text) => {
    const reports = [hostileReport(text)];
    const written = writeAll(jsonFormat(), reports);
    expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(joined(reports))));
    expect(written).toBe(visibleText(renderJson(joined(reports))));
  });
});
