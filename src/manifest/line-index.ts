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
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + this.#firstLine, column: offset - (starts[low] ?? 0) + 1 };
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

function breakAfter(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? Number.POSITIVE_INFINITY : at;
}

function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
