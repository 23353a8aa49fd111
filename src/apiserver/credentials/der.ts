/** The few ASN.1 types, in DER, of which an X.509 certificate consists. */

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return encode(0x30, ...contents);
}

export function set(...contents: readonly Uint8Array[]): Buffer {
  return encode(0x31, ...contents);
}

/** `[tag] EXPLICIT`. */
export function explicit(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  return encode(0xa0 | tag, ...contents);
}

/** `[tag] IMPLICIT` of a primitive type. */
export function implicit(tag: number, content: Uint8Array): Buffer {
  return encode(0x80 | tag, content);
}

/** A whole number that is not negative, as its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  const isPositive = (significant[0] ?? 0) < 0x80;
  return isPositive ? encode(0x02, significant) : encode(0x02, Uint8Array.of(0), significant);
}

export function boolean(value: boolean): Buffer {
  return encode(0x01, Uint8Array.of(value ? 0xff : 0));
}

/** `unusedBits`: how many bits of the last byte do not count. */
export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return encode(0x03, Uint8Array.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return encode(0x04, bytes);
}

export function utf8String(text: string): Buffer {
  return encode(0x0c, Buffer.from(text, 'utf8'));
}

/** `2.5.4.3`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return encode(0x06, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

/** UTCTime up to 2049 and GeneralizedTime from then on, as RFC 5280 wants it. */
export function time(atMs: number): Buffer {
  const digits = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  const isShort = Number(digits.slice(0, 4)) < 2050;
  return encode(isShort ? 0x17 : 0x18, Buffer.from(isShort ? digits.slice(2) : digits, 'latin1'));
}

function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes = bigEndian(length);
  return [0x80 | bytes.length, ...bytes];
}

function bigEndian(value: number): readonly number[] {
  return value < 0x100 ? [value] : [...bigEndian(value >>> 8), value & 0xff];
}

/** Groups of seven bits, all but the last marked. */
function base128(value: number): readonly number[] {
  const groups = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) groups.unshift((rest & 0x7f) | 0x80);
  return groups;
}
