/** A place as editors count it: both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Lines and columns of offsets into a text. The line table is made when the first position is asked for. */
export class LineIndex {
  readonly #text: string;
  readonly #firstLine: number;
  #lineStarts: readonly number[] | undefined;
  /** The line that was asked for last, by its number, and where it begins and ends. */
  #line: number;
  #lineStart = 0;
  #lineEnd: number;

  /** `firstLine` is the line that the text begins with in its file. */
  constructor(text: string, firstLine = 1) {
    this.#text = text;
    this.#firstLine = firstLine;
    this.#line = firstLine;
    this.#lineEnd = breakAfter(text, 0);
  }

  positionOf(offset: number): Position {
    this.#lineStarts ??= lineStartsOf(this.#text);
    return positionIn(this.#lineStarts, offset, this.#firstLine);
  }

  /** The line alone: without a table, and fast when it is asked for one place after the other. */
  lineOf(offset: number): number {
    if (offset < this.#lineStart) return this.positionOf(offset).line;
    while (this.#lineEnd < offset) {
      this.#line += 1;
      this.#lineStart = this.#lineEnd + 1;
      this.#lineEnd = breakAfter(this.#text, this.#lineStart);
    }
    return this.#line;
  }
}

/** The place of an offset, from where the lines of its text begin. */
export function positionIn(lineStarts: ArrayLike<number>, offset: number, firstLine = 1): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + firstLine, column: offset - (lineStarts[low] ?? 0) + 1 };
}

function breakAfter(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

/** Adds to a list where each line of a text begins. */
export function lineStartsOf(text: string, starts: number[] = []): readonly number[] {
  starts.push(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
