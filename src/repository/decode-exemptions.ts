import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { parseNameGlob, parsePathGlob } from '../core/path-glob.ts';
import type { ConfiguredExemption } from './check-config.ts';
import { type ConfigFile, didYouMean, shortened } from './config-file.ts';

/** An exemption as it is written. */
export interface WrittenExemption {
  readonly checks?: readonly string[];
  readonly namespace?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly container?: string;
  readonly path?: string;
  readonly reason?: string;
  readonly expires?: string;
}

const MAX_EXEMPTIONS = 1000;
const ALL = '*';

/** The exemptions, each with its place. What is wrong with them is reported to the file. */
export function decodeExemptions(
  file: ConfigFile,
  written: readonly WrittenExemption[],
  rules: readonly string[],
): readonly ConfiguredExemption[] {
  if (written.length > MAX_EXEMPTIONS) file.report(['exemptions'], `more than ${MAX_EXEMPTIONS} exemptions`);
  return written.slice(0, MAX_EXEMPTIONS).map((exemption, index) => {
    const where: FieldPath = ['exemptions', index];
    const { checks = [], reason = '', ...rest } = exemption;
    checkRules(file, [...where, 'checks'], checks, rules);
    checkGlobs(file, where, exemption);
    if (reason.trim() === '') {
      file.report(where, `${formatFieldPath(where)} has no reason`, 'write why it is accepted: reason: ...');
    }
    if (rest.expires !== undefined && !isDay(rest.expires)) {
      const field = [...where, 'expires'];
      file.report(
        field,
        `${formatFieldPath(field)} is no day: "${shortened(rest.expires)}"`,
        'write it as YEAR-MONTH-DAY: 2027-01-31',
      );
    }
    return { checks, ...rest, reason: reason.trim(), ...file.positionOf(where) };
  });
}

function checkRules(
  file: ConfigFile,
  where: FieldPath,
  checks: readonly string[],
  rules: readonly string[],
): void {
  if (checks.length === 0) {
    file.report(where, `${formatFieldPath(where)} must name the checks, or "*" for all`);
  }
  if (checks.includes(ALL) && checks.length > 1) {
    file.report(where, `${formatFieldPath(where)}: "*" is for all checks and stands alone`);
  }
  for (const [index, check] of checks.slice(0, rules.length).entries()) {
    if (check === ALL || (rules.includes(check) && check !== 'unreadable')) continue;
    const field = [...where, index];
    if (check === 'unreadable') {
      file.report(
        field,
        `${formatFieldPath(field)}: what cannot be read cannot be exempted`,
        'leave the file out: exclude: [...]',
      );
    } else {
      file.report(
        field,
        `${formatFieldPath(field)}: there is no check "${shortened(check)}"`,
        didYouMean(check, rules),
      );
    }
  }
}

function checkGlobs(file: ConfigFile, where: FieldPath, exemption: WrittenExemption): void {
  const { path, ...names } = exemption;
  if (path !== undefined) {
    const parsed = parsePathGlob(path);
    const field = [...where, 'path'];
    if (!parsed.ok) file.report(field, `${formatFieldPath(field)}: ${parsed.message}`);
  }
  for (const name of ['namespace', 'kind', 'name', 'container'] as const) {
    const glob = names[name];
    if (glob === undefined) continue;
    const parsed = parseNameGlob(glob);
    const field = [...where, name];
    if (!parsed.ok) file.report(field, `${formatFieldPath(field)}: ${parsed.message}`);
  }
}

/** Whether it is a day of the calendar: `2027-02-30` is none. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
