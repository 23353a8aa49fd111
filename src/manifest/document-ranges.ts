/** A document of a stream, from one offset to another. */
export interface DocumentRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Cuts a YAML stream before its `---` lines and behind its `...` lines, before it is parsed: in YAML such a line at the
 * margin ends a document whatever stands before it, so an error in one document hides none of another. `%` directives stay
 * with the document that they introduce.
 */
export function* eachDocumentRange(text: string): Generator<DocumentRange> {
  let from = 0;
  let start = nextMarker(text, '---', 0);
  let end = nextMarker(text, '...', 0);
  while (start !== -1 || end !== -1) {
    let to: number;
    if (start !== -1 && (end === -1 || start < end)) {
      to = directivesBefore(text, from, start);
      start = nextMarker(text, '---', start + 3);
    } else {
      const lineEnd = text.indexOf('\n', end);
      to = lineEnd === -1 ? text.length : lineEnd + 1;
      end = nextMarker(text, '...', end + 3);
    }
    if (to > from) yield { from, to };
    from = to;
  }
  if (text.length > from) yield { from, to: text.length };
}

/** The same at once, but no more than one over `most`. */
export function documentRanges(
  text: string,
  most: number = Number.POSITIVE_INFINITY,
): readonly DocumentRange[] {
  const second = nextMarker(text, '---', isMarker(text, '---', 0) ? 3 : 0);
  if (second === -1 && nextMarker(text, '...', 0) === -1)
    return text === '' ? [] : [{ from: 0, to: text.length }];
  const ranges: DocumentRange[] = [];
  for (const range of eachDocumentRange(text)) {
    if (ranges.push(range) > most) break;
  }
  return ranges;
}

type Marker = '---' | '...';

function nextMarker(text: string, marker: Marker, from: number): number {
  if (from === 0 && isMarker(text, marker, 0)) return 0;
  const line = `\n${marker}`;
  for (let at = text.indexOf(line, from); at !== -1; at = text.indexOf(line, at + 1)) {
    if (isMarker(text, marker, at + 1)) return at + 1;
  }
  return -1;
}

function isMarker(text: string, marker: Marker, at: number): boolean {
  const next = text.charAt(at + 3);
  return text.startsWith(marker, at) && (next === '' || ' \t\r\n'.includes(next));
}

/** The start of the directives that belong to the marker at `at`, or `at` when there are none. */
function directivesBefore(text: string, start: number, at: number): number {
  let cut = at;
  let lineEnd = at;
  while (lineEnd > start) {
    // The line that ends at the break before `lineEnd`. From a negative place lastIndexOf would look at the first.
    const lineStart = lineEnd < 2 ? 0 : Math.max(text.lastIndexOf('\n', lineEnd - 2) + 1, start);
    const line = text.slice(lineStart, lineEnd).trimEnd();
    if (line.startsWith('%')) cut = lineStart;
    else if (line !== '' && !line.startsWith('#')) break;
    lineEnd = lineStart;
  }
  return cut;
}

const SPACE = ' \t\r\n\uFEFF';

/** Whether a document holds nothing but markers, comments and space. */
export function isBlank(text: string, { from, to }: DocumentRange): boolean {
  let at = from;
  while (at < to) {
    const character = text.charAt(at);
    if (SPACE.includes(character)) at += 1;
    else if (character === '#') {
      const end = commentEnd(text, at, to);
      if (end === undefined) return false;
      at = end;
    } else if (isLineStart(text, at) && (isMarker(text, '---', at) || isMarker(text, '...', at))) at += 3;
    else return false;
  }
  return true;
}

function isLineStart(text: string, at: number): boolean {
  return at === 0 || text.charAt(at - 1) === '\n';
}

/** Undefined when the comment holds what YAML refuses, or what js-yaml takes for a line break. */
function commentEnd(text: string, from: number, to: number): number | undefined {
  const lineBreak = text.indexOf('\n', from);
  const end = lineBreak === -1 ? to : Math.min(lineBreak, to);
  // oxlint-disable-next-line no-control-regex -- the null byte is what YAML refuses
  return /\0|\r./.test(text.slice(from, end)) ? undefined : end;
}
