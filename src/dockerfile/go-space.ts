const rareSpaces = /^[\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/;

/** What Go's `unicode.IsSpace` takes for white space. */
export function isGoSpace(char: string): boolean {
  const code = char.charCodeAt(0);
  if (code < 0x1680) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0x85 || code === 0xa0;
  return rareSpaces.test(char);
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
