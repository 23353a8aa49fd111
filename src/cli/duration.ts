import { PodproofError } from '../core/errors.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `500ms`, `1s`, `1.5s`, `2m`, `1m30s`, or plain seconds as milliseconds; throws `usage` for anything else. */
export function parseDuration(option: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) {
    throw new PodproofError(
      'usage',
      `option "${option}" cannot be "${text}": it is a duration like 500ms, 2s or 1m30s`,
    );
  }
  let durationMs = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    durationMs += Number(count) * (UNIT_MS[unit ?? 'ms'] ?? 1);
  }
  return Math.round(durationMs);
}
