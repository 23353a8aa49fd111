/** What Go's `unicode.IsSpace` takes for white space, as the inside of a character class. */
const goSpaces = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const isSpacePattern = new RegExp(`^[${goSpaces}]$`);

export function isGoSpace(char: string): boolean {
  return char === ' ' || char === '\t' || isSpacePattern.test(char);
}

/** Where the text begins behind its leading white space. */
export function firstInk(text: string, from = 0): number {
  let at = from;
  while (at < text.length && isGoSpace(text.charAt(at))) at += 1;
  return at;
}

/** `strings.TrimSpace` of Go. */
export function goTrim(text: string): string {
  let end = text.length;
  while (end > 0 && isGoSpace(text.charAt(end - 1))) end -= 1;
  const start = firstInk(text);
  return start < end ? text.slice(start, end) : '';
}
