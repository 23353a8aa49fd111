import protobuf, { type Reader } from 'protobufjs/minimal.js';
import { type MessageField, type MessageTable, parseMessage } from './message-table.ts';
import { OBJECT_MESSAGES } from './object-messages.ts';
import { POD_MESSAGES } from './pod-messages.ts';
import {
  expectVarint,
  MalformedMessage,
  readBytes,
  readInteger,
  readTag,
  readText,
  skipField,
  type Tag,
} from './scalars.ts';
import { VOLUME_MESSAGES } from './volume-messages.ts';

const MESSAGES: MessageTable = { ...POD_MESSAGES, ...VOLUME_MESSAGES, ...OBJECT_MESSAGES };

/** Messages are read off the table when one of them comes for the first time. */
const parsed = new Map<string, ReadonlyMap<number, MessageField>>();

function fieldsOf(message: string): ReadonlyMap<number, MessageField> {
  let fields = parsed.get(message);
  if (fields === undefined) {
    const text = Object.hasOwn(MESSAGES, message) ? MESSAGES[message] : undefined;
    if (text === undefined) throw new MalformedMessage(`no message ${message}`);
    fields = parseMessage(text);
    parsed.set(message, fields);
  }
  return fields;
}

/** A message as JSON would have it. The table has no cycle, so that nesting ends where it does. */
export function decodeMessage(message: string, bytes: Uint8Array): Record<string, unknown> {
  const fields = fieldsOf(message);
  const reader = protobuf.Reader.create(bytes);
  const result: Record<string, unknown> = {};
  while (reader.pos < reader.len) {
    const tag = readTag(reader);
    const field = fields.get(tag.number);
    if (field === undefined) skipField(reader, tag);
    else decodeField(result, field, reader, tag);
  }
  return result;
}

function decodeField(result: Record<string, unknown>, field: MessageField, reader: Reader, tag: Tag): void {
  const { name, type, repeat } = field;
  if (repeat === 'map') {
    const [key, value] = decodeEntry(type, readBytes(reader, tag));
    setOwn(memberOf(result, name, isRecord, {}), key, value);
    return;
  }
  if (repeat === 'list') {
    const list: unknown[] = memberOf(result, name, Array.isArray, []);
    if (type === 'int' && tag.wireType === 2) list.push(...decodePacked(readBytes(reader, tag)));
    else list.push(decodeValue(type, reader, tag));
    return;
  }
  const value = decodeValue(type, reader, tag);
  if (name === '*') Object.assign(result, value);
  else if (field.dropZero && isZero(value)) delete result[name];
  else if (value !== undefined) result[name] = value;
}

function memberOf<T>(
  result: Record<string, unknown>,
  name: string,
  is: (value: unknown) => value is T,
  empty: T,
): T {
  const existing = result[name];
  if (is(existing)) return existing;
  result[name] = empty;
  return empty;
}

function decodeValue(type: string, reader: Reader, tag: Tag): unknown {
  switch (type) {
    case 'string':
      return readText(reader, tag);
    case 'int':
      expectVarint(tag);
      return readInteger(reader);
    case 'bool':
      expectVarint(tag);
      return reader.bool();
    case 'bytes':
      return Buffer.from(readBytes(reader, tag)).toString('base64');
    case 'Quantity':
      return decodeQuantity(readBytes(reader, tag));
    case 'IntOrString':
      return decodeIntOrString(readBytes(reader, tag));
    case 'Time':
      return decodeTime(readBytes(reader, tag), 0);
    case 'MicroTime':
      return decodeTime(readBytes(reader, tag), 6);
    default:
      return decodeMessage(type, readBytes(reader, tag));
  }
}

function* decodePacked(bytes: Uint8Array): Iterable<number> {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) yield readInteger(reader);
}

/** `{1 key, 2 value}`; each may be left out when it is empty. */
function decodeEntry(type: string, bytes: Uint8Array): readonly [string, unknown] {
  const reader = protobuf.Reader.create(bytes);
  let key = '';
  let value: unknown = type === 'Quantity' ? '0' : '';
  while (reader.pos < reader.len) {
    const tag = readTag(reader);
    if (tag.number === 1) key = readText(reader, tag);
    else if (tag.number === 2) value = decodeValue(type, reader, tag);
    else skipField(reader, tag);
  }
  return [key, value];
}

/** The fields of a message that is not one in JSON: texts and integers by number. */
function rawFields(bytes: Uint8Array): ReadonlyMap<number, string | number> {
  const reader = protobuf.Reader.create(bytes);
  const fields = new Map<number, string | number>();
  while (reader.pos < reader.len) {
    const tag = readTag(reader);
    if (tag.wireType === 0) fields.set(tag.number, readInteger(reader));
    else if (tag.wireType === 2) fields.set(tag.number, readText(reader, tag));
    else skipField(reader, tag);
  }
  return fields;
}

function decodeQuantity(bytes: Uint8Array): string {
  return String(rawFields(bytes).get(1) ?? '0');
}

function decodeIntOrString(bytes: Uint8Array): number | string {
  const fields = rawFields(bytes);
  const isText = fields.get(1) === 1;
  return isText ? String(fields.get(3) ?? '') : Number(fields.get(2) ?? 0);
}

const MAX_SECONDS = 253_402_300_799;

/** RFC 3339 with `decimals` digits of the second; undefined for Go's zero time. */
function decodeTime(bytes: Uint8Array, decimals: 0 | 6): string | undefined {
  const fields = rawFields(bytes);
  const seconds = Number(fields.get(1) ?? 0);
  const nanos = Number(fields.get(2) ?? 0);
  if (seconds === 0 && nanos === 0) return undefined;
  if (!(seconds > -62_135_596_801 && seconds <= MAX_SECONDS && nanos >= 0 && nanos < 1e9)) {
    throw new MalformedMessage('a time that is outside of the years 1 to 9999');
  }
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (decimals === 0) return `${text}Z`;
  return `${text}.${String(Math.floor(nanos / 1000)).padStart(6, '0')}Z`;
}

function isZero(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  return isRecord(value) && Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `__proto__` as a plain key: an assignment would set the prototype instead. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
