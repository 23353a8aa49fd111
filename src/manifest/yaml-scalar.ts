/**
 * Plain scalars as Kubernetes reads them: `sigs.k8s.io/yaml` stands on go-yaml v2, which follows YAML 1.1 with
 * extensions of Go's number syntax. So `yes` is true, `0400` and `0o400` are octal, `1_000` is a number, and a time or
 * a sexagesimal (`12:30`) stays text.
 */
export type ScalarValue = string | number | boolean | null;

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (it) => [it, true] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (it) => [it, false] as const,
  ),
  ...['', '~', 'null', 'Null', 'NULL'].map((it) => [it, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((it) => [it, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((it) => [it, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((it) => [it, Number.NEGATIVE_INFINITY] as const),
]);

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** What any of them is made of: a quantity or an address is found to be text at once. */
const NUMERIC = /^[-+.\d][-+.\da-fA-FxXoO_]*$/;
/** `2001-12-14`, also with a time: go-yaml reads them first, and hands them on as text. */
const DATE = /^\d{4}-/;

/** The value of an unquoted scalar without a tag. */
export function resolvePlainScalar(text: string): ScalarValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (!NUMERIC.test(text) || DATE.test(text)) return text;
  return resolveNumber(text.startsWith('.') ? text : text.replaceAll('_', '')) ?? text;
}

function resolveNumber(text: string): number | undefined {
  const integer = INTEGER.test(text) ? parseInteger(text) : undefined;
  if (integer !== undefined) return integer;
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

const UINT64_MAX = 2n ** 64n - 1n;

/** Undefined beyond 64 bits: decimal digits are then a float, others text. */
function parseInteger(text: string): number | undefined {
  const digits = text.replace(/^[-+]/, '');
  if (digits.length > 70) return undefined;
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  const value = BigInt(octal === undefined ? digits : `0o${octal}`);
  if (value > UINT64_MAX) return undefined;
  return text.startsWith('-') ? -Number(value) : Number(value);
}

export type Resolved =
  | { readonly ok: true; readonly value: ScalarValue }
  | { readonly ok: false; readonly message: string };

const TAG_PREFIX = 'tag:yaml.org,2002:';

/** `int` of `!!int` and of `!<tag:yaml.org,2002:int>`; a foreign tag as it is. */
function shortTag(tag: string): string {
  if (tag.startsWith('!!')) return tag.slice(2);
  const full = /^!<(.*)>$/.exec(tag)?.[1] ?? tag;
  return full.startsWith(TAG_PREFIX) ? full.slice(TAG_PREFIX.length) : full;
}

/** The value of a scalar with an explicit tag, given in full or short (`!!str`). */
export function resolveTaggedScalar(tag: string, text: string): Resolved {
  const name = shortTag(tag);
  const value = resolvePlainScalar(text);
  const fits: Readonly<Record<string, () => boolean>> = {
    int: () => Number.isInteger(value),
    float: () => typeof value === 'number',
    bool: () => typeof value === 'boolean',
    null: () => value === null,
    timestamp: () => DATE.test(text),
  };
  if (name === 'str' || name === '!') return { ok: true, value: text };
  if (name === 'binary') return { ok: true, value: Buffer.from(text, 'base64').toString('utf8') };
  const check = Object.hasOwn(fits, name) ? fits[name] : undefined;
  if (check === undefined) return { ok: false, message: `unknown tag ${tag}` };
  if (!check()) return { ok: false, message: `cannot decode ${JSON.stringify(text)} as ${tag}` };
  return { ok: true, value };
}
