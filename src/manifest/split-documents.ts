/** One document of a stream: its text and where it starts. */
export interface DocumentText {
  readonly text: string;
  readonly offset: number;
}

/**
 * Cuts a YAML stream at its `---` lines, before it is parsed: in YAML such a line at the margin ends a document whatever
 * stands before it, so an error in one document hides none of another. `%` directives stay with the document they
 * introduce.
 */
export function splitDocuments(text: string): readonly DocumentText[] {
  const documents: DocumentText[] = [];
  let start = 0;
  for (let at = nextMarker(text, 0); at !== -1; at = nextMarker(text, at + 3)) {
    const cut = directivesBefore(text, start, at);
    if (cut > start) documents.push({ text: text.slice(start, cut), offset: start });
    start = cut;
  }
  documents.push({ text: text.slice(start), offset: start });
  return documents;
}

function nextMarker(text: string, from: number): number {
  if (from === 0 && isMarker(text, 0)) return 0;
  for (let at = text.indexOf('\n---', from); at !== -1; at = text.indexOf('\n---', at + 1)) {
    if (isMarker(text, at + 1)) return at + 1;
  }
  return -1;
}

function isMarker(text: string, at: number): boolean {
  const next = text.charAt(at + 3);
  return text.startsWith('---', at) && (next === '' || ' \t\r\n'.includes(next));
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
