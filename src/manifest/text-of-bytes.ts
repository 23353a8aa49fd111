import { isAscii, isUtf8 } from 'node:buffer';

/** What a file says, or why it says nothing. */
export type FileText = { readonly text: string } | { readonly problem: string };

/** The text of a file's bytes, which must be UTF-8. A byte order mark is not part of it. */
export function textOfBytes(bytes: Buffer): FileText {
  if (isAscii(bytes)) return { text: bytes.toString('latin1') };
  if (!isUtf8(bytes)) return { problem: encodingProblem(bytes) };
  const text = bytes.toString('utf8');
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

const BINARY_SAMPLE = 8192;

function encodingProblem(bytes: Buffer): string {
  const mark = bytes.length > 1 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfeff || mark === 0xfffe) return 'not UTF-8: it starts with the byte order mark of UTF-16';
  if (bytes.subarray(0, BINARY_SAMPLE).includes(0)) return 'not UTF-8: it is a binary file';
  return `not UTF-8: invalid byte at offset ${invalidOffset(bytes)}`;
}

/** The longest prefix that is UTF-8 ends here. A prefix that ends inside a character is none, so look at its start. */
function invalidOffset(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return wholeCharacters(bytes, low);
}

/** `end`, moved back before a character that it would cut. */
function wholeCharacters(bytes: Buffer, end: number): number {
  let at = end;
  while (at > 0 && end - at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
