import type { FileReport } from '../core/contract/check-report.ts';
import { messageOf, PodproofError } from '../core/errors.ts';
import type { CheckUnit } from './check-unit.ts';

/**
 * One unit that podproof itself fails at keeps no other from being checked: it is told as what could not be read. Errors
 * that are about the whole check, such as a wrong option, are thrown on.
 */
export function failedReport(unit: CheckUnit, error: unknown): FileReport {
  if (error instanceof PodproofError || unit.kind === 'told') throw error;
  const problem = {
    file: unit.file,
    message: `cannot be checked: ${messageOf(error)}`,
    advice: 'this is a defect of podproof; everything else was checked',
  };
  return { workloads: [], objects: [], dockerfiles: [], problems: [problem], skipped: [] };
}
