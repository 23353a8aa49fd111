import type { Reader } from 'protobufjs';

/** What is wrong with the bytes, in a few words; the door makes the API's error of it. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

const VARINT = 0;
const LENGTH_DELIMITED = 2;

export interface Tag {
  readonly number: number;
  readonly wireType: number;
}

export function readTag(reader: Reader): Tag {
  const tag = reader.uint32();
  if (tag >>> 3 === 0) throw new MalformedMessage('illegal tag 0');
  return { number: tag >>> 3, wireType: tag & 7 };
}

export function expectVarint({ number, wireType }: Tag): void {
  if (wireType !== VARINT) throw wrongWireType(number, wireType);
}

/** The bytes of a text, of bytes or of a message. They are a view into the body. */
export function readBytes(reader: Reader, { number, wireType }: Tag): Uint8Array {
  if (wireType !== LENGTH_DELIMITED) throw wrongWireType(number, wireType);
  return reader.bytes();
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function readText(reader: Reader, tag: Tag): string {
  const bytes = readBytes(reader, tag);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedMessage(`field ${tag.number} contains invalid UTF-8`);
  }
}

/** An int32 or int64. What JavaScript cannot count exactly is refused. */
export function readInteger(reader: Reader): number {
  const { high, low } = reader.int64();
  const value = high * 2 ** 32 + (low >>> 0);
  if (!Number.isSafeInteger(value)) throw new MalformedMessage(`the integer ${value} is too large`);
  return value;
}

/** Goes over a field that the table does not know: a newer client's. */
export function skipField(reader: Reader, { number, wireType }: Tag): void {
  // Groups (3 and 4) nest, and Kubernetes has none.
  if (![VARINT, 1, LENGTH_DELIMITED, 5].includes(wireType)) throw wrongWireType(number, wireType);
  reader.skipType(wireType);
}

function wrongWireType(number: number, wireType: number): MalformedMessage {
  return new MalformedMessage(`wrong wireType = ${wireType} for field ${number}`);
}
