import { expect, it } from 'vitest';
import { EMPTY_REPORT, REPORTS, writeAll } from '../../../test/support/check-reports.ts';
import type { FileReport } from '../../core/contract/check-report.ts';
import { CHECK_FORMAT_NAMES } from './check-format.ts';
import { checkFormat } from './formats.ts';

const settings = { style: 'findings', columns: 100, colour: false } as const;

it.each(CHECK_FORMAT_NAMES)('%s makes its pieces in one thread and writes them in another', async (name) => {
  const request = { ...settings, name };
  const there = await checkFormat(request);
  const here = await checkFormat(request);
  const across = { ...here, piece: (report: FileReport) => there.piece(report) };
  expect(writeAll(across, REPORTS)).toBe(writeAll(await checkFormat(request), REPORTS));
});

it.each(CHECK_FORMAT_NAMES)('%s adds next to nothing for a file without anything', async (name) => {
  const piece = (await checkFormat({ ...settings, name })).piece(EMPTY_REPORT);
  expect(JSON.stringify(piece).length).toBeLessThan(12);
});

it('only the details and the JSON of a check need confinements', async () => {
  const shown = await Promise.all(
    CHECK_FORMAT_NAMES.map(async (name) => [
      name,
      (await checkFormat({ ...settings, name })).showsConfinement,
    ]),
  );
  expect(Object.fromEntries(shown)).toEqual({
    text: false,
    json: true,
    sarif: false,
    junit: false,
    markdown: false,
    github: false,
  });
  expect((await checkFormat({ ...settings, name: 'text', style: 'details' })).showsConfinement).toBe(true);
});
