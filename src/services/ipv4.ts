/** A range of IPv4 addresses. */
export interface Ipv4Range {
  readonly first: number;
  readonly prefixLength: number;
}

/** Undefined for anything but four decimal numbers with dots: IPv6, names, leading zeros. */
export function parseIPv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const parts = match.slice(1).map(Number);
  if (parts.some((part) => part > 255) || parts.join('.') !== text) return undefined;
  return parts.reduce((address, part) => address * 256 + part, 0);
}

export function formatIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** Reads `10.85.0.0/24`; undefined when it is none. */
export function parseRange(cidr: string): Ipv4Range | undefined {
  const [address = '', length = ''] = cidr.split('/');
  const prefixLength = Number(length);
  const first = parseIPv4(address);
  if (first === undefined || !/^\d{1,2}$/.test(length) || prefixLength > 32) return undefined;
  return { first: first - (first % 2 ** (32 - prefixLength)), prefixLength };
}

export function isInRange(address: number, { first, prefixLength }: Ipv4Range): boolean {
  return address >= first && address < first + 2 ** (32 - prefixLength);
}
