import type { ProblemReport } from '../../core/contract/check-report.ts';
import { physicalLocation, plainMessage, type SarifLevel } from './sarif-result.ts';

const MAX_PROBLEMS = 200;

/** A `notification` object: what is to be said of the run and not of a manifest. */
export function notification(
  level: SarifLevel,
  id: string,
  text: string,
  locations?: readonly object[],
): object {
  return {
    level,
    descriptor: { id },
    message: { text: plainMessage(text) },
    ...(locations !== undefined && { locations }),
  };
}

/** What could not be read, each at its place; an end to it when nothing can. */
export function problemNotifications(
  problems: readonly ProblemReport[],
  total: number,
  directory: string | undefined,
): readonly object[] {
  const told = problems.map((problem) => {
    const { file, message, advice } = problem;
    const place = { class: 'unreadable', rule: 'unreadable', ...problem } as const;
    const text = `${file}: ${message}${advice === undefined ? '' : `\n${advice}`}`;
    return notification('error', 'unreadable', text, [
      { physicalLocation: physicalLocation(place, directory) },
    ]);
  });
  const rest = total - problems.length;
  return rest > 0
    ? [...told, notification('error', 'unreadable', `and ${rest} more could not be read`)]
    : told;
}

/** The first of many: the rest is counted. */
export function keepFirst(kept: ProblemReport[], more: readonly ProblemReport[]): void {
  kept.push(...more.slice(0, Math.max(0, MAX_PROBLEMS - kept.length)));
}
