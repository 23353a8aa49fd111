/** The small words of upstream's texts: who did it, how many, in which quotes. */

export function pluralize(singular: string, plural: string, count: number): string {
  return count === 1 ? singular : plural;
}

/** `"a", "b"`: quotes without any escaping. */
export function joinQuote(items: readonly string[]): string {
  return items.length === 0 ? '' : `"${items.join('", "')}"`;
}

/** `container "a"` or `containers "a", "b"`. */
export function containersPhrase(containers: readonly { readonly name: string }[]): string {
  if (containers.length === 1) return `container "${containers[0]?.name}"`;
  return `containers ${joinQuote(containers.map(({ name }) => name))}`;
}

/** `pod and containers "a", "b"`: everyone who wrote a forbidden value. */
export function settersPhrase(byPod: boolean, containers: readonly { readonly name: string }[]): string {
  if (containers.length === 0) return 'pod';
  return byPod ? `pod and ${containersPhrase(containers)}` : containersPhrase(containers);
}

/** Each value once, by code point, which is the byte order that upstream sorts by. */
export function sortedSet(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)].sort(compareCodePoints);
}

function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A string as Go's `%q` writes it. */
export function goQuote(text: string): string {
  let quoted = '"';
  for (const char of text)
    quoted += SHORT_ESCAPES[char] ?? (isPrintable(char) ? char : escapeCodePoint(char));
  return `${quoted}"`;
}

function isPrintable(char: string): boolean {
  return char === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char);
}

function escapeCodePoint(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x1_0000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
