import type { SkippedReport } from '../../core/contract/check-report.ts';
import { oneLine } from '../../core/visible-text.ts';

const NAMED_IN_ALL = 10;
const NAMED_OF_A_REASON = 3;
/** Reasons come from files too: there is an end to how many are told apart. */
const MAX_REASONS = 40;
const OTHER_REASONS = 'other reasons';

/** What was found and not checked, by reason: a repository can have thousands of such files. */
export interface SkippedFiles {
  add(skipped: readonly SkippedReport[]): void;
  /** Each by name while they are few; else a line for each reason, with the first few names. */
  lines(): readonly string[];
}

export function skippedFiles(): SkippedFiles {
  const reasons = new Map<string, { count: number; readonly files: string[] }>();
  const first: SkippedReport[] = [];
  let total = 0;
  return {
    add(skipped) {
      for (const report of skipped) {
        total += 1;
        if (first.length < NAMED_IN_ALL) first.push(report);
        const isNew = !reasons.has(report.reason);
        const reason = isNew && reasons.size >= MAX_REASONS ? OTHER_REASONS : report.reason;
        const entry = reasons.get(reason) ?? { count: 0, files: [] };
        reasons.set(reason, entry);
        entry.count += 1;
        if (entry.files.length < NAMED_OF_A_REASON) entry.files.push(report.file);
      }
    },
    lines() {
      if (total <= NAMED_IN_ALL) {
        return first.map(({ file, reason }) => oneLine(`${file}  skipped: ${reason}`));
      }
      return [...reasons].map(([reason, { count, files }]) => {
        const more = count - files.length;
        const names = files.join(', ') + (more > 0 ? ` and ${more} more` : '');
        return oneLine(`${count} skipped: ${reason}  (${names})`);
      });
    },
  };
}
