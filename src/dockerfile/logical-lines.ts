import { BuildFailure } from './build-failure.ts';
import { type DirectiveReader, newDirectiveReader } from './directives.ts';
import { firstInk } from './go-space.ts';
import { heredocsOf } from './heredocs.ts';
import type { EscapeCharacter } from './parsed-dockerfile.ts';
import type { Work } from './work.ts';

/** One instruction's text: continued lines joined, comments between them left out, as BuildKit's scanner does it. */
export interface LogicalLine {
  readonly text: string;
  /** Bodies of its here-documents. */
  readonly heredocs: readonly string[];
  /** From 1. */
  readonly line: number;
  readonly endLine: number;
  /** Where in the file the text's parts come from, in order. */
  readonly parts: readonly LinePart[];
}

interface LinePart {
  /** Offset in the text. */
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** A place of a Dockerfile that BuildKit would not read. */
export interface UnreadableLine {
  readonly message: string;
  readonly advice?: string | undefined;
  readonly line: number;
}

export interface LogicalLines {
  readonly escape: EscapeCharacter;
  readonly syntax: string | undefined;
  readonly lines: readonly LogicalLine[];
  readonly unreadable: readonly UnreadableLine[];
}

/** The longest line that BuildKit's scanner takes, in bytes. */
const maxLineLength = 65_535;

interface Source {
  readonly lines: readonly string[];
  /** Index of the next physical line. */
  next: number;
  readonly directives: DirectiveReader;
  readonly work: Work;
}

/**
 * Cuts a Dockerfile into the texts of its instructions. `dockerfile-ast` does that too, but not as BuildKit: it knows no
 * `<< EOF` and no `3<<EOF`, takes an escaped backslash at the end of a line for a continuation, any `# word=` for a
 * directive, and a carriage return for the end of a line. So it is given one whole instruction at a time.
 */
export function readLogicalLines(text: string, work: Work): LogicalLines {
  const source: Source = {
    lines: (text.startsWith('\ufeff') ? text.slice(1) : text).split('\n'),
    next: 0,
    directives: newDirectiveReader(),
    work,
  };
  const lines: LogicalLine[] = [];
  const unreadable: UnreadableLine[] = [];
  while (source.next < source.lines.length) {
    const start = source.next + 1;
    try {
      const line = readLogicalLine(source);
      if (line !== undefined) lines.push(line);
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      unreadable.push({ message: error.message, advice: error.advice, line: start });
      break;
    }
  }
  const { directives } = source;
  return { escape: directives.escape(), syntax: directives.syntax(), lines, unreadable };
}

function readLogicalLine(source: Source): LogicalLine | undefined {
  const line = source.next + 1;
  const physical = takeLine(source);
  const indent = firstInk(physical);
  const first = physical.slice(indent);
  source.directives.read(first);
  const escape = source.directives.escape();
  const { text, continues } = first.startsWith('#')
    ? { text: '', continues: false }
    : cutContinuation(first, escape);
  if (text === '' && !continues) return undefined;
  const joined = [text];
  const parts: LinePart[] = [{ at: 0, line, column: indent + 1 }];
  let length = text.length;
  let goesOn = continues;
  while (goesOn && source.next < source.lines.length) {
    const at = source.next + 1;
    const more = takeLine(source);
    source.directives.read(more);
    const ink = firstInk(more);
    if (ink === more.length || more.charAt(ink) === '#') continue;
    const cut = cutContinuation(more, escape);
    joined.push(cut.text);
    parts.push({ at: length, line: at, column: 1 });
    length += cut.text.length;
    goesOn = cut.continues;
  }
  const whole = joined.join('');
  const heredocs = canHoldHeredocs(whole) ? readHeredocs(whole, source) : [];
  return { text: whole, heredocs, line, endLine: source.next, parts };
}

/** Without its line ending. */
function takeLine(source: Source): string {
  const line = source.lines[source.next] ?? '';
  source.next += 1;
  if (line.length > maxLineLength)
    throw new BuildFailure(`dockerfile line greater than max allowed size of ${maxLineLength}`);
  let end = line.length;
  while (line.charAt(end - 1) === '\r') end -= 1;
  return line.slice(0, end);
}

/** An escape character at the end continues the line, unless another one stands before it. */
function cutContinuation(
  line: string,
  escape: string,
): { readonly text: string; readonly continues: boolean } {
  let end = line.length;
  while (line.charAt(end - 1) === ' ' || line.charAt(end - 1) === '\t') end -= 1;
  const continues = line.charAt(end - 1) === escape && line.charAt(end - 2) !== escape;
  return continues ? { text: line.slice(0, end - 1), continues } : { text: line, continues };
}

/** RUN, COPY and ADD, after ONBUILD too; not RUN with a JSON array. */
function canHoldHeredocs(text: string): boolean {
  return (
    text.includes('<<') &&
    /^[\t-\r ]*(?:onbuild[\t-\r ]+)?(?:run|copy|add)[\t-\r ]/i.test(text) &&
    !isJson(text.slice(text.search(/[[<]/)))
  );
}

function isJson(text: string): boolean {
  try {
    return text.startsWith('[') && Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function readHeredocs(text: string, source: Source): readonly string[] {
  return heredocsOf(text, source.work).map(({ name, chomps }) => {
    const body: string[] = [];
    while (source.next < source.lines.length) {
      const line = takeLine(source);
      if ((chomps ? line.replace(/^\t+/, '') : line) === name) return body.join('\n');
      body.push(line);
    }
    throw new BuildFailure(`unterminated heredoc`, `end it with a line that is only  ${name}`);
  });
}

/** Where an offset of the text stands in the file. */
export function placeOf(
  { parts }: LogicalLine,
  offset: number,
): { readonly line: number; readonly column: number } {
  let found = parts[0] ?? { at: 0, line: 1, column: 1 };
  for (const part of parts) {
    if (part.at > offset) break;
    found = part;
  }
  return { line: found.line, column: found.column + offset - found.at };
}
