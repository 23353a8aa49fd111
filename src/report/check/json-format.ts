import type { FileReport } from '../../core/contract/check-report.ts';
import { quietJson } from '../json-text.ts';
import type { CheckFormat } from './check-format.ts';

const LISTS = ['workloads', 'objects', 'dockerfiles', 'problems', 'skipped'] as const;

/** The elements of each list as indented JSON, without the list's brackets; a list that is not there adds none. */
export type JsonPiece = Readonly<Partial<Record<(typeof LISTS)[number], string>>>;

/**
 * The JSON of a `CheckReport`, to the byte what `renderJson` makes of the whole. Workloads are written as they come; the other
 * lists stand behind them and are short.
 */
export function jsonFormat(): CheckFormat<JsonPiece> {
  const waiting = new Map<string, string[]>();
  let isFirst = true;
  return {
    showsConfinement: true,
    open: ({ profile, kubernetes }) => {
      const header = { apiVersion: 'podproof.dev/v1', kind: 'CheckReport', profile, kubernetes };
      return `${membersOf(header)},\n  "workloads": [`;
    },
    piece: (report) => {
      const piece: { -readonly [List in keyof JsonPiece]: string } = {};
      for (const list of LISTS) {
        if (report[list].length > 0) piece[list] = elementsOf(report[list]);
      }
      return piece;
    },
    add: (piece) => {
      for (const list of LISTS) {
        const text = piece[list];
        if (text === undefined || list === 'workloads') continue;
        const texts = waiting.get(list);
        if (texts === undefined) waiting.set(list, [text]);
        else texts.push(text);
      }
      if (piece.workloads === undefined) return '';
      const before = isFirst ? '' : ',';
      isFirst = false;
      return before + piece.workloads;
    },
    close: (summary) => {
      const others = LISTS.filter((list) => list !== 'workloads').map((list) => {
        const texts = waiting.get(list) ?? [];
        return `  "${list}": [${texts.join(',')}${texts.length > 0 ? '\n  ' : ''}],\n`;
      });
      const summaryText = membersOf({ summary }).slice('{\n'.length);
      return `${isFirst ? '' : '\n  '}],\n${others.join('')}${summaryText}\n}\n`;
    },
  };
}

/** `{ ... }` without its last brace. */
function membersOf(value: object): string {
  return quietJson(JSON.stringify(value, null, 2)).slice(0, -'\n}'.length);
}

const BEFORE = '{\n  "_": [';
const AFTER = '\n  ]\n}';

/** Indented as deep as they will stand. */
function elementsOf(list: FileReport[(typeof LISTS)[number]]): string {
  return quietJson(JSON.stringify({ _: list }, null, 2).slice(BEFORE.length, -AFTER.length));
}
