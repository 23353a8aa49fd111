/** What is wrong with a name, in upstream's words; nothing when it is right. */
export type Messages = readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const UNDERSCORE_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const CONFIG_KEY = '[-._a-zA-Z0-9]+';

function matches(pattern: string, value: string): boolean {
  return new RegExp(`^${pattern}$`).test(value);
}

/** Upstream's frame around a rule: its examples and its regular expression. */
function regexMessage(rule: string, pattern: string, ...examples: readonly string[]): string {
  const shown = examples.map((it) => `'${it}', `).join(' or ');
  return `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function tooLong(value: string, maxLength: number): Messages {
  return byteLength(value) > maxLength ? [`must be no more than ${maxLength} characters`] : [];
}

/** Go counts a string's length in bytes. */
export function byteLength(value: string): number {
  let length = 0;
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** `my-name`: what containers, volumes and host names are called. */
export function dns1123Label(value: string): Messages {
  if (matches(LABEL, value)) return tooLong(value, 63);
  if (matches(SUBDOMAIN, value)) return [...tooLong(value, 63), 'must not contain dots'];
  const rule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, LABEL, 'my-name', '123-abc')];
}

/** `my.name.example`: what most objects are called. */
export function dns1123Subdomain(value: string): Messages {
  if (matches(SUBDOMAIN, value)) return tooLong(value, 253);
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 253), regexMessage(rule, SUBDOMAIN, 'example.com')];
}

/** A search domain of a resolver, which may have labels such as `_tcp`. */
export function dns1123SubdomainWithUnderscore(value: string): Messages {
  const pattern = `${UNDERSCORE_LABEL}(\\.${UNDERSCORE_LABEL})*`;
  if (matches(pattern, value)) return tooLong(value, 253);
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 253), regexMessage(rule, pattern, 'example.com')];
}

/** What Services are called: a label that begins with a letter. */
export function dns1035Label(value: string): Messages {
  if (matches(LABEL_1035, value)) return tooLong(value, 63);
  const rule =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, LABEL_1035, 'my-name', 'abc-123')];
}

/** `example.com/My_Name`: keys of labels and annotations, and extended resources. */
export function qualifiedName(value: string): Messages {
  const parts = value.split('/');
  const rule =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  const regex = regexMessage(rule, QUALIFIED, 'MyName', 'my.name', '123-abc');
  if (parts.length > 2) {
    return [
      `a qualified name ${regex} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const messages: string[] = [];
  const [prefix, name] = parts.length === 2 ? parts : [undefined, parts[0]];
  if (prefix === '') messages.push('prefix part must be non-empty');
  else if (prefix !== undefined) messages.push(...dns1123Subdomain(prefix).map((it) => `prefix part ${it}`));
  const own = name ?? '';
  if (own === '') messages.push('name part must be non-empty');
  messages.push(...tooLong(own, 63).map((it) => `name part ${it}`));
  if (!matches(QUALIFIED, own)) messages.push(`name part ${regex}`);
  return messages;
}

export function labelValue(value: string): Messages {
  const pattern = `(${QUALIFIED})?`;
  if (matches(pattern, value)) return tooLong(value, 63);
  const rule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
  return [...tooLong(value, 63), regexMessage(rule, pattern, 'MyValue', 'my_value', '12345')];
}

/** `http-metrics`: IANA's names of services. */
export function portName(value: string): Messages {
  const messages: string[] = [...tooLong(value, 15)];
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
  return value >= low && value <= high ? [] : [`must be between ${low} and ${high}, inclusive`];
}

/** Since 1.34 everything printable of ASCII but `=`. */
export function envVarName(value: string): Messages {
  if (value === '') return ['environment variable name must be non-empty'];
  if (/^[ -<>-~]*$/.test(value)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret. */
export function configMapKey(value: string): Messages {
  const messages: string[] = [...tooLong(value, 253)];
  if (!matches(CONFIG_KEY, value)) {
    const rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
    messages.push(regexMessage(rule, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'));
  }
  if (value === '.' || value === '..') messages.push(`must not be '${value}'`);
  else if (value.startsWith('..')) messages.push("must not start with '..'");
  return messages;
}

export function httpHeaderName(value: string): Messages {
  const pattern = '[-A-Za-z0-9]+';
  if (matches(pattern, value)) return [];
  const rule = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [regexMessage(rule, pattern, 'X-Header-Name')];
}

const OCTET = '(?:\\d{1,3})';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** An IPv4 or IPv6 address, in the forms that fields older than strict checking accept. */
export function ipAddress(value: string): Messages {
  if (isIpv4(value) || isIpv6(value)) return [];
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
