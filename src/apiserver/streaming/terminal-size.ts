import type { Readable } from 'node:stream';
import type { TerminalSize } from '../kubelet-port.ts';

/** The kernel's own limit of a terminal's sides. */
const maxSide = 65_535;

/** Of `{"Width":100,"Height":30}`; undefined when it says anything else. */
export function parseTerminalSize(text: string): TerminalSize | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('Width' in value) || !('Height' in value))
      return undefined;
    const { Width: columns, Height: rows } = value;
    return isSide(columns) && isSide(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxSide;
}

const maxLineLength = 1024;

/** Reads sizes off a stream of lines, however they are cut. */
export class TerminalSizeReader {
  #rest = '';

  read(chunk: Buffer): readonly TerminalSize[] {
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, maxLineLength);
    // A client that leaves out the newline sends each size as a whole.
    const unended = parseTerminalSize(this.#rest);
    if (unended !== undefined) this.#rest = '';
    return [...lines.map(parseTerminalSize), unended].filter((size) => size !== undefined);
  }
}

/** Calls its listener for every size that comes on a stream. */
export function sizesOf(stream: Readable | undefined): (listener: (size: TerminalSize) => void) => void {
  return (listener) => {
    const reader = new TerminalSizeReader();
    stream?.on('data', (chunk: Buffer) => {
      for (const size of reader.read(chunk)) listener(size);
    });
  };
}
