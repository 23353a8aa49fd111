import { describe, expect, it } from 'vitest';
import type { DoctorReport } from '../core/contract/doctor-report.ts';
import { PLAIN } from './palette.ts';
import { renderDoctor } from './render-doctor.ts';

const report: DoctorReport = {
  apiVersion: 'podproof.dev/v1',
  kind: 'DoctorReport',
  ready: false,
  warnings: 1,
  rows: [
    { name: 'kernel', version: '6.18', lines: ['user namespaces yes', 'overlay yes'], status: 'ok' },
    { name: 'runc', lines: ['not installed'], status: 'missing', advice: 'apt-get install runc' },
    { name: 'cannot prove', lines: ['AppArmor (not in this kernel)'], status: 'warning' },
  ],
};

describe('the text of the doctor', () => {
  it('has a row for each thing, what to do about what lacks, and the verdict last', () => {
    expect(renderDoctor(report, { columns: 100, palette: PLAIN })).toBe(
      [
        'kernel        6.18  user namespaces yes',
        '                    overlay yes',
        'runc                not installed',
        '                    apt-get install runc',
        'cannot prove        AppArmor (not in this kernel)',
        'cannot run pods here; 1 warning',
        '',
      ].join('\n'),
    );
  });
});
