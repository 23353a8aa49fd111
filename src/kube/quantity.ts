import type { Quantity } from './meta.ts';

/** A quantity, exactly. As in Kubernetes, nano units are the finest and 2^63-1 is the most. */
export interface ExactQuantity {
  readonly nanos: bigint;
}

export type ParsedQuantity =
  | { readonly ok: true; readonly value: ExactQuantity }
  | { readonly ok: false; readonly message: string };

/** Upstream's text for what is not a quantity. */
const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const PATTERN = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d{1,3}))?$/;
/** Of digits that mean anything there are 28; arithmetic on a megabyte of them would only take time. */
const MAX_LENGTH = 1000;
const NANO = 9;
const MAX_NANOS = (2n ** 63n - 1n) * 10n ** 9n;

/** Whether `parseQuantity` can read it; cheaper than reading it. */
export function isQuantity(quantity: Quantity): boolean {
  const text = textOf(quantity);
  return text.length <= MAX_LENGTH && PATTERN.test(text);
}

/** Parses `500m`, `128Mi`, `1e3`, `0.5`. The value is exact; what is finer than a nano unit is rounded up. */
export function parseQuantity(quantity: Quantity): ParsedQuantity {
  const known = recent.get(quantity);
  if (known !== undefined) return known;
  const parsed = parseText(textOf(quantity));
  remember(quantity, parsed);
  return parsed;
}

/** Manifests say the same few quantities over and over, and exact arithmetic on them is slow. */
const recent = new Map<Quantity, ParsedQuantity>();
const MAX_RECENT = 500;
const MAX_RECENT_LENGTH = 24;

function remember(quantity: Quantity, parsed: ParsedQuantity): void {
  if (typeof quantity === 'string' && quantity.length > MAX_RECENT_LENGTH) return;
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(quantity, parsed);
}

function parseText(text: string): ParsedQuantity {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text);
  if (match === null) return { ok: false, message: QUANTITY_FORMAT_ERROR };
  const [, sign, whole = '', decimals, onlyDecimals, binary, decimal, exponent] = match;
  const fraction = decimals ?? onlyDecimals ?? '';
  const digits = BigInt(whole + fraction);
  const shift = binary === undefined ? 0n : (BINARY[binary] ?? 0n);
  const power = exponent === undefined ? (DECIMAL[decimal ?? ''] ?? 0) : Number(exponent);
  const magnitude = scaleUp(digits << shift, power - fraction.length + NANO);
  const capped = magnitude > MAX_NANOS ? MAX_NANOS : magnitude;
  return { ok: true, value: { nanos: sign === '-' ? -capped : capped } };
}

function textOf(quantity: Quantity): string {
  return typeof quantity === 'number' ? numberText(quantity) : quantity;
}

/** JSON numbers reach the API server as their text; JavaScript writes very large and small ones as `1e+21`. */
function numberText(value: number): string {
  return String(value).replace('e+', 'e');
}

/** `value * 10^power`, away from zero where digits are lost. */
function scaleUp(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(Math.min(power, 400));
  const divisor = 10n ** BigInt(-power);
  return value / divisor + (value % divisor === 0n ? 0n : 1n);
}

/** Whole units, rounded up: bytes of a memory or storage quantity. */
function quantityValue(quantity: ExactQuantity): number {
  return Number(divideUp(quantity.nanos, 10n ** 9n));
}

/** Thousandths, rounded up: millicores of a cpu quantity. */
function quantityMilliValue(quantity: ExactQuantity): number {
  return Number(divideUp(quantity.nanos, 10n ** 6n));
}

function divideUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value > 0n && value % divisor !== 0n ? quotient + 1n : quotient;
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export function compareQuantities(a: ExactQuantity, b: ExactQuantity): number {
  if (a.nanos === b.nanos) return 0;
  return a.nanos < b.nanos ? -1 : 1;
}

/** Bytes of a quantity that decoding has accepted; undefined when it is absent or no quantity. */
export function bytesOf(quantity: Quantity | undefined): number | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed?.ok === true ? quantityValue(parsed.value) : undefined;
}

/** Millicores of a quantity that decoding has accepted; undefined when it is absent or no quantity. */
export function millicoresOf(quantity: Quantity | undefined): number | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  return parsed?.ok === true ? quantityMilliValue(parsed.value) : undefined;
}

/**
 * The canonical form that Kubernetes stores and prints: no fraction, the largest suffix that keeps the value whole,
 * binary suffixes only where the text had one: `1.5` is `1500m`, `1024Ki` is `1Mi`, `1e3` is `1e3`.
 */
export function canonicalQuantity(quantity: Quantity): string {
  const parsed = parseQuantity(quantity);
  if (!parsed.ok) return String(quantity);
  const text = textOf(quantity);
  const { nanos } = parsed.value;
  if (nanos === 0n) return '0';
  if (text.endsWith('i') && nanos % 10n ** 9n === 0n) return binaryForm(nanos / 10n ** 9n);
  return decimalForm(nanos, /[eE][+-]?\d/.test(text));
}

function binaryForm(value: bigint): string {
  // Below 1024 the binary form has no smaller suffix to go to: upstream switches to decimal ones.
  if (value > -1024n && value < 1024n) return decimalForm(value * 10n ** 9n, false);
  let suffix = '';
  let rest = value;
  for (const [name, bits] of Object.entries(BINARY)) {
    if (value % (1n << bits) !== 0n) break;
    suffix = name;
    rest = value >> bits;
  }
  return `${rest}${suffix}`;
}

function decimalForm(nanos: bigint, exponents: boolean): string {
  let rest = nanos;
  let power = -NANO;
  while (power < 18 && rest % 1000n === 0n) {
    rest /= 1000n;
    power += 3;
  }
  if (exponents) return power === 0 ? `${rest}` : `${rest}e${power}`;
  const suffix = Object.keys(DECIMAL).find((it) => DECIMAL[it] === power) ?? '';
  return `${rest}${suffix}`;
}
