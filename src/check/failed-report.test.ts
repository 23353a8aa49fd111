import { expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { failedReport } from './failed-report.ts';

const unit = { kind: 'manifest', file: 'a.yaml', explicit: true } as const;

test('a defect is told as a file that could not be read', () => {
  const { problems } = failedReport(unit, new RangeError('Invalid string length'));
  expect(problems).toEqual([
    {
      file: 'a.yaml',
      message: 'cannot be checked: Invalid string length',
      advice: 'this is a defect of podproof; everything else was checked',
    },
  ]);
});

test('what is wrong with the command ends the check', () => {
  const error = new PodproofError('usage', 'cannot use the template path "a..b"');
  expect(() => failedReport(unit, error)).toThrow(error);
});
