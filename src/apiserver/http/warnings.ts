const MAX_TOTAL = 4096;
const MAX_WHEN_MANY = 256;

// oxlint-disable-next-line no-control-regex -- they would end the header
const CONTROL = /[\u0000-\u001f\u007f]+/g;

/**
 * Texts as values of `Warning` headers. As upstream does, all are shortened when they are more than 4 KiB together, and
 * those that then still are too many are left out. Each text comes once.
 */
export function formatWarnings(texts: readonly string[]): readonly string[] {
  const clean = [...new Set(texts.map((text) => text.replace(CONTROL, ' ').trim()))].filter(
    (it) => it !== '',
  );
  const total = clean.reduce((sum, text) => sum + text.length, 0);
  const headers: string[] = [];
  let length = 0;
  for (const text of clean) {
    const shown = total > MAX_TOTAL ? Array.from(text).slice(0, MAX_WHEN_MANY).join('') : text;
    length += shown.length;
    if (length > MAX_TOTAL) break;
    headers.push(`299 - ${quote(shown)}`);
  }
  return headers;
}

/** kubectl drops a warning whose inner quotes are not escaped. The bytes of UTF-8 go through Node as Latin-1. */
function quote(text: string): string {
  return Buffer.from(`"${text.replace(/["\\]/g, '\\$&')}"`, 'utf8').toString('latin1');
}
