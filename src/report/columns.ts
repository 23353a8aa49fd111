import type { Palette } from './palette.ts';

/** How wide a text may be, and its colours. Every renderer takes one. */
export interface TextOptions {
  readonly columns: number;
  readonly palette: Palette;
}

/** One line of a table. `tone` colours the first two cells; cells after the second are dim. */
export interface Row {
  readonly cells: readonly string[];
  readonly tone?: 'good' | 'bad' | 'dim';
  /** The cells after the second are no mere origins: they are not dim. */
  readonly plain?: boolean;
  /** Stands at the right end of the line: `:22`. */
  readonly line?: string;
}

const GAP = 2;
const MIN_LAST_WIDTH = 20;
const SHORT_CELL = 20;

/**
 * Rows as aligned columns, `indent` spaces in. A cell is as wide as its column's widest, yet no column but the first
 * takes more than its share; what does not fit is wrapped below its own start. Colour is put on after measuring.
 */
export function renderRows(rows: readonly Row[], indent: number, options: TextOptions): string[] {
  const available = options.columns - indent;
  const widths = columnWidths(rows, available);
  return rows.flatMap((row) => renderRow(row, widths, indent, options));
}

/** Breaks at spaces; a word that is wider than a line stands alone and sticks out, so that it can be copied. */
export function wrapText(text: string, width: number): string[] {
  if (text.includes('\n')) return text.split('\n').flatMap((paragraph) => wrapText(paragraph, width));
  return text.startsWith(' ') || text.includes('  ') ? wrapSpaced(text, width) : wrapWords(text, width);
}

/** Words with one space between them. */
function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let start = 0;
  while (text.length - start > width) {
    const last = text.lastIndexOf(' ', start + width);
    const end = last > start ? last : text.indexOf(' ', start + 1);
    if (end < 0) break;
    lines.push(text.slice(start, end));
    start = end + 1;
  }
  lines.push(text.slice(start).trimEnd());
  return lines;
}

/** Spaces in a row set a command or a field apart from the sentence: they stay together. */
function wrapSpaced(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?! )/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** `1 error`, `2 errors`. */
export function count(number: number, noun: string, plural: string = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

function columnWidths(rows: readonly Row[], available: number): number[] {
  const columnCount = largest(rows.map((row) => row.cells.length));
  const widths: number[] = [];
  let left = available;
  for (let column = 0; column < columnCount; column += 1) {
    const last = column === columnCount - 1;
    // The last cell of a shorter row may run on over the columns that it does not have: only a short one counts.
    const lengths = rows.map((row) => {
      const length = row.cells[column]?.length ?? 0;
      const runsOn = row.cells.length === column + 1 && row.cells.length < columnCount;
      return runsOn && length > SHORT_CELL ? 0 : length;
    });
    const wanted = largest(lengths);
    const share = column === 0 ? Math.floor(left / 2) : Math.floor((left * 3) / 5);
    const width = last ? Math.max(MIN_LAST_WIDTH, left) : Math.min(wanted, share);
    widths.push(width);
    left -= width + GAP;
  }
  return widths;
}

/** Of any number: hostile manifests have more errors than a call may have arguments. */
function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, number) => Math.max(most, number), 0);
}

function renderRow(row: Row, widths: readonly number[], indent: number, options: TextOptions): string[] {
  const wrapped = row.cells.map((cell, column) => wrapText(cell, cellWidth(row, widths, column)));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  const lines: string[] = [];
  for (let index = 0; index < height; index += 1) {
    let plainLength = indent;
    let text = ' '.repeat(indent);
    wrapped.forEach((cell, column) => {
      const part = cell[index] ?? '';
      const start = indent + widths.slice(0, column).reduce((sum, width) => sum + width + GAP, 0);
      if (part === '') return;
      const pad = Math.max(plainLength > indent ? 1 : 0, start - plainLength);
      text += ' '.repeat(pad) + paint(part, column, row, options.palette);
      plainLength += pad + part.length;
    });
    if (index === 0 && row.line !== undefined) text += rightEnd(row.line, plainLength, options);
    lines.push(text.trimEnd());
  }
  return lines;
}

/** A row's last cell may use all that is left of the line. */
function cellWidth(row: Row, widths: readonly number[], column: number): number {
  const reserved = row.line === undefined ? 0 : row.line.length + GAP;
  if (column < row.cells.length - 1) return widths[column] ?? 0;
  const rest = widths.slice(column).reduce((sum, width) => sum + width + GAP, -GAP);
  return Math.max(MIN_LAST_WIDTH, rest - reserved);
}

function rightEnd(mark: string, used: number, { columns, palette }: TextOptions): string {
  return ' '.repeat(Math.max(GAP, columns - used - mark.length)) + palette.dim(mark);
}

function paint(text: string, column: number, row: Row, palette: Palette): string {
  if (column >= 2 && row.plain !== true) return palette.dim(text);
  return row.tone === undefined ? text : palette[row.tone](text);
}
