import { type FieldPath, formatFieldPath } from '../core/field-path.ts';

/** Kubernetes' classes of field errors, with the texts that it begins them with. */
const TYPE_TEXTS = {
  Required: 'Required value',
  Invalid: 'Invalid value',
  NotSupported: 'Unsupported value',
  Forbidden: 'Forbidden',
  Duplicate: 'Duplicate value',
  NotFound: 'Not found',
  TooLong: 'Too long',
  TooMany: 'Too many',
} as const;

export type FieldErrorType = keyof typeof TYPE_TEXTS;

/** One error of API validation. `path` starts at the object that was validated. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly path: FieldPath;
  /** Where the field is written, when upstream's text names another place. */
  readonly at?: FieldPath;
  /** The value as Kubernetes prints it, where its text has one. */
  readonly value?: string;
  readonly detail: string;
}

/** `spec.containers[0].name: Required value`, as `kubectl` shows it. */
export function formatFieldError(error: FieldError): string {
  const parts = [formatErrorPath(error.path), TYPE_TEXTS[error.type]];
  if (error.value !== undefined) parts.push(error.value);
  if (error.detail !== '') parts.push(error.detail);
  return parts.join(': ');
}

/** Fields whose keys are the user's: Kubernetes writes those in brackets, however plain they are. */
const MAPS: ReadonlySet<string | number> = new Set([
  'limits',
  'requests',
  'annotations',
  'data',
  'binaryData',
  'stringData',
]);

function formatErrorPath(path: FieldPath): string {
  const map = path.findIndex((step, index) => MAPS.has(step) && index === path.length - 2);
  if (map === -1) return formatFieldPath(path);
  return `${formatFieldPath(path.slice(0, map + 1))}[${path[map + 1]}]`;
}

/** The same error, seen from an object that holds the validated one at `prefix`. */
export function prefixed(error: FieldError, prefix: FieldPath): FieldError {
  if (prefix.length === 0) return error;
  const { at } = error;
  return { ...error, path: [...prefix, ...error.path], ...(at && { at: [...prefix, ...at] }) };
}

export function required(path: FieldPath, detail = ''): FieldError {
  return { type: 'Required', path, detail };
}

export function forbidden(path: FieldPath, detail: string): FieldError {
  return { type: 'Forbidden', path, detail };
}

export function invalid(path: FieldPath, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', path, value: printed(value), detail };
}

export function duplicate(path: FieldPath, value: unknown): FieldError {
  return { type: 'Duplicate', path, value: printed(value), detail: '' };
}

export function notFound(path: FieldPath, value: unknown, detail = ''): FieldError {
  return { type: 'NotFound', path, value: printed(value), detail };
}

/** Kubernetes sorts the supported values only where they come from a set; `supported` is printed in its order. */
export function notSupported(path: FieldPath, value: unknown, supported: readonly string[]): FieldError {
  const quoted = supported.map((it) => JSON.stringify(it)).join(', ');
  const detail = supported.length === 0 ? '' : `supported values: ${quoted}`;
  return { type: 'NotSupported', path, value: printed(value), detail };
}

export function tooLong(path: FieldPath, maxBytes: number): FieldError {
  return { type: 'TooLong', path, detail: `may not be more than ${maxBytes} bytes` };
}

export function tooMany(path: FieldPath, count: number, max: number): FieldError {
  return { type: 'TooMany', path, value: printed(count), detail: `must have at most ${max} items` };
}

/** Longer values are cut: nobody reads a megabyte in a message. */
const MAX_PRINTED = 2000;

function printed(value: unknown): string {
  const text = goText(value);
  return text.length > MAX_PRINTED ? `${text.slice(0, MAX_PRINTED)}...` : text;
}

/** Strings in Go's quotes, numbers and booleans bare, objects as JSON. */
function goText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return 'null';
  return JSON.stringify(value);
}
