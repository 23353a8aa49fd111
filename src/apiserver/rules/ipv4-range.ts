/** Addresses in CIDR notation: `10.96.0.0/16`. */
export interface Ipv4Range {
  readonly cidr: string;
  readonly first: number;
  readonly size: number;
}

export function parseIpv4Range(cidr: string): Ipv4Range {
  const [address = '', bits = ''] = cidr.split('/');
  const length = Number(bits);
  const base = ipv4ToNumber(address);
  if (base === undefined || !/^\d{1,2}$/.test(bits) || length > 32) {
    throw new Error(`"${cidr}" is no range of IPv4 addresses such as 10.96.0.0/16`);
  }
  const size = 2 ** (32 - length);
  return { cidr, first: Math.floor(base / size) * size, size };
}

/** Undefined when it is no IPv4 address. */
export function ipv4ToNumber(address: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(address);
  const octets = (match ?? []).slice(1).map(Number);
  if (octets.length !== 4 || octets.some((it) => it > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function ipv4ToText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
