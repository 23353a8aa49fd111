import { expect, test } from 'vitest';
import { byDefault, fromManifest, sourced } from '../core/sourced.ts';
import { type DocumentPlace, findingReport, sourcedReport } from './document-place.ts';

const place: DocumentPlace = {
  field: (path) => `spec.template.${path.join('.')}`,
  position: () => ({ line: 7, column: 5 }),
};

test('what the manifest says has its field in the document and a line', () => {
  expect(sourcedReport(sourced(1000, fromManifest('spec', 'securityContext', 'runAsUser')), place)).toEqual({
    value: 1000,
    from: 'spec.template.spec.securityContext.runAsUser',
    line: 7,
  });
});

test('what it does not say has neither', () => {
  expect(sourcedReport(sourced(false, byDefault('kubernetes')), place)).toEqual({
    value: false,
    from: 'kubernetes default',
  });
});

test('a finding about the whole pod has no field', () => {
  expect(findingReport({ severity: 'note', code: 'c', message: 'm', path: [], advice: 'a' }, place)).toEqual({
    severity: 'note',
    code: 'c',
    message: 'm',
    advice: 'a',
  });
});
