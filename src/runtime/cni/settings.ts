import type { RootLayout } from '../layout.ts';

/** The network that a root's pods are on. */
export interface NetworkSettings {
  /** Name of the bridge, at most 15 characters. */
  readonly bridge: string;
  /** IPv4, `10.85.0.0/24`. */
  readonly subnet: string;
}

/** A destination of the host's routing table. */
export interface Route {
  readonly address: number;
  readonly mask: number;
}

/**
 * Bridge and subnet for a root that names none: out of 10.85.0.0 to 10.148.255.255, a subnet that no route of the
 * host touches. Each root begins to look elsewhere, so that two that start at once do not choose the same.
 */
export function chooseNetwork(layout: RootLayout, routes: readonly Route[]): NetworkSettings {
  const seed = layout.suffix === undefined ? 0 : Number.parseInt(layout.suffix, 16) % subnetCount;
  for (let step = 0; step < subnetCount; step += 1) {
    const index = (seed + step) % subnetCount;
    const address = firstSubnet + index * 256;
    if (routes.every((route) => !isTouched(address, subnetMask, route)))
      return { bridge: bridgeName(layout), subnet: `${formatIPv4(address)}/24` };
  }
  return { bridge: bridgeName(layout), subnet: `${formatIPv4(firstSubnet)}/24` };
}

const firstSubnet = 10 * 2 ** 24 + 85 * 2 ** 16;
const subnetCount = 64 * 256;
const subnetMask = 0xffffff00;

function bridgeName(layout: RootLayout): string {
  return layout.suffix === undefined ? 'podproof0' : `pp-${layout.suffix}`;
}

const firstServiceRange = 10 * 2 ** 24 + 160 * 2 ** 16;
const serviceRangeCount = 64 * 64;
const serviceRangeMask = 0xfffffc00;

/**
 * The addresses of a root's services, out of 10.160.0.0 to 10.223.255.255: 1024 that no route of the host touches. It
 * follows the pods' subnet, so that several roots on one machine have several.
 */
export function serviceCidrFor({ subnet }: NetworkSettings, routes: readonly Route[]): string {
  const seed = Math.floor((parseIPv4(subnet) - firstSubnet) / 256 / 4);
  for (let step = 0; step < serviceRangeCount; step += 1) {
    const index = (((seed + step) % serviceRangeCount) + serviceRangeCount) % serviceRangeCount;
    const address = firstServiceRange + index * 1024;
    if (routes.every((route) => !isTouched(address, serviceRangeMask, route)))
      return `${formatIPv4(address)}/22`;
  }
  return `${formatIPv4(firstServiceRange)}/22`;
}

/** The default route touches nothing. */
function isTouched(address: number, mask: number, route: Route): boolean {
  if (route.mask === 0) return false;
  const common = (route.mask & mask) >>> 0;
  return (address & common) >>> 0 === (route.address & common) >>> 0;
}

/** Of `10.85.0.0/24` the address alone. */
function parseIPv4(text: string): number {
  return text
    .replace(/\/.*$/, '')
    .split('.')
    .reduce((address, part) => address * 256 + Number(part), 0);
}

function formatIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** Reads the text of `/proc/net/route`, whose addresses are hexadecimal in the machine's (little-endian) order. */
export function parseRoutes(text: string): readonly Route[] {
  return text
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line) => {
      const fields = line.split('\t');
      return { address: swapBytes(fields[1] ?? ''), mask: swapBytes(fields[7] ?? '') };
    });
}

function swapBytes(hex: string): number {
  return Buffer.from(hex.padStart(8, '0'), 'hex').readUInt32LE(0);
}
