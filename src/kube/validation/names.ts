/** What is wrong with a name, in upstream's words; nothing when it is right. */
export type Messages = readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const UNDERSCORE_SUBDOMAIN = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const HEADER_NAME = '[-A-Za-z0-9]+';

/** Nothing is wrong. */
const RIGHT: Messages = [];

const LABEL_PATTERN = whole(LABEL);
const UNDERSCORE_LABEL_PATTERN = whole(UNDERSCORE_LABEL);
const LABEL_1035_PATTERN = whole(LABEL_1035);
const QUALIFIED_PATTERN = whole(QUALIFIED);
const LABEL_VALUE_PATTERN = whole(LABEL_VALUE);
const CONFIG_KEY_PATTERN = whole(CONFIG_KEY);
const HEADER_NAME_PATTERN = whole(HEADER_NAME);

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

/** Label by label: one expression for all of them runs out of stack on a name of some megabytes. */
function isSubdomain(value: string, label = LABEL_PATTERN): boolean {
  let start = 0;
  for (let dot = value.indexOf('.'); dot !== -1; dot = value.indexOf('.', start)) {
    if (!label.test(value.slice(start, dot))) return false;
    start = dot + 1;
  }
  return label.test(value.slice(start));
}

/** Upstream's frame around a rule: its examples and its regular expression. */
function regexMessage(rule: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((it) => `'${it}', `).join(' or ');
  return `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function tooLong(value: string, maxLength: number): Messages {
  const isShort = value.length * MAX_BYTES <= maxLength || byteLength(value) <= maxLength;
  return isShort ? RIGHT : [`must be no more than ${maxLength} characters`];
}

/** Of one UTF-16 code unit in UTF-8. */
const MAX_BYTES = 3;

/** Go counts a string's length in bytes. */
export function byteLength(value: string): number {
  let length = 0;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code < 0x80) length += 1;
    else if (code < 0x800) length += 2;
    else if ((value.codePointAt(index) ?? 0) < 0x10000) length += 3;
    else {
      length += 4;
      index += 1;
    }
  }
  return length;
}

/** `my-name`: what containers, volumes and host names are called. */
export function dns1123Label(value: string): Messages {
  if (LABEL_PATTERN.test(value)) return tooLong(value, 63);
  if (isSubdomain(value)) return [...tooLong(value, 63), 'must not contain dots'];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, LABEL, 'my-name', '123-abc')];
}

/** `my.name.example`: what most objects are called. */
export function dns1123Subdomain(value: string): Messages {
  if (isSubdomain(value)) return tooLong(value, 253);
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 253), regexMessage(rule, SUBDOMAIN, 'example.com')];
}

/** A search domain of a resolver, which may have labels such as `_tcp`. */
export function dns1123SubdomainWithUnderscore(value: string): Messages {
  if (isSubdomain(value, UNDERSCORE_LABEL_PATTERN)) return tooLong(value, 253);
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 253), regexMessage(rule, UNDERSCORE_SUBDOMAIN, 'example.com')];
}

/** What Services are called: a label that begins with a letter. */
export function dns1035Label(value: string): Messages {
  if (LABEL_1035_PATTERN.test(value)) return tooLong(value, 63);
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, LABEL_1035, 'my-name', 'abc-123')];
}

/** `example.com/My_Name`: keys of labels and annotations, and extended resources. */
export function qualifiedName(value: string): Messages {
  const slash = value.indexOf('/');
  if (slash === -1) return namePart(value);
  if (value.includes('/', slash + 1)) {
    const optional = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
    return [`a qualified name ${qualifiedMessage()} ${optional}`];
  }
  const ofPrefix = prefixPart(value.slice(0, slash));
  const ofName = namePart(value.slice(slash + 1));
  return ofPrefix.length === 0 ? ofName : [...ofPrefix, ...ofName];
}

function prefixPart(prefix: string): Messages {
  if (prefix === '') return ['prefix part must be non-empty'];
  const messages = dns1123Subdomain(prefix);
  return messages.length === 0 ? RIGHT : messages.map((it) => `prefix part ${it}`);
}

function namePart(name: string): Messages {
  const isQualified = QUALIFIED_PATTERN.test(name);
  if (isQualified && name.length <= 63) return RIGHT;
  const messages = tooLong(name, 63).map((it) => `name part ${it}`);
  if (name === '') messages.push('name part must be non-empty');
  if (!isQualified) messages.push(`name part ${qualifiedMessage()}`);
  return messages;
}

function qualifiedMessage(): string {
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return regexMessage(rule, QUALIFIED, 'MyName', 'my.name', '123-abc');
}

export function labelValue(value: string): Messages {
  if (LABEL_VALUE_PATTERN.test(value)) return tooLong(value, 63);
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, LABEL_VALUE, 'MyValue', 'my_value', '12345')];
}

/** `http-metrics`: IANA's names of services. */
export function portName(value: string): Messages {
  const messages = [...tooLong(value, 15)];
  if (!/^[-a-z0-9]+$/.test(value)) {
    messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(value)) messages.push('must contain at least one letter (a-z)');
  if (value.includes('--')) messages.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(value)) messages.push('must not begin or end with a hyphen');
  return messages;
}

export function portNumber(value: number): Messages {
  return inclusiveRange(value, 1, 65535);
}

/** A user or group id. */
export function idNumber(value: number): Messages {
  return inclusiveRange(value, 0, 2147483647);
}

export function inclusiveRange(value: number, low: number, high: number): Messages {
  return value >= low && value <= high ? RIGHT : [`must be between ${low} and ${high}, inclusive`];
}

/** Since 1.34 everything printable of ASCII but `=`. */
export function envVarName(value: string): Messages {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]*$/.test(value)) return RIGHT;
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret. */
export function configMapKey(value: string): Messages {
  const messages = [...tooLong(value, 253)];
  if (!CONFIG_KEY_PATTERN.test(value)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    messages.push(regexMessage(rule, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.' || value === '..') messages.push(`must not be '${value}'`);
  else if (value.startsWith('..')) messages.push("must not start with '..'");
  return messages;
}

export function httpHeaderName(value: string): Messages {
  if (HEADER_NAME_PATTERN.test(value)) return RIGHT;
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [regexMessage(rule, HEADER_NAME, 'X-Header-Name')];
}

const OCTET = '(?:\\d{1,3})';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** An IPv4 or IPv6 address, in the forms that fields older than strict checking accept. */
export function ipAddress(value: string): Messages {
  if (isIpv4(value) || isIpv6(value)) return RIGHT;
  return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

function isIpv4(value: string): boolean {
  return IPV4.test(value) && value.split('.').every((it) => Number(it) <= 255);
}

function isIpv6(value: string): boolean {
  const [head = '', tail, ...more] = value.split('::');
  if (more.length > 0 || !value.includes(':')) return false;
  const last = value.slice(value.lastIndexOf(':') + 1);
  const embedded = last.includes('.');
  if (embedded && !isIpv4(last)) return false;
  const groups = [head, tail ?? ''].flatMap((it) => (it === '' ? [] : it.split(':')));
  const count = groups.length + (embedded ? 1 : 0);
  const areHex = groups.every((it) => /^[0-9a-fA-F]{1,4}$/.test(it) || (embedded && it === last));
  return areHex && (tail === undefined ? count === 8 : count <= 7);
}
