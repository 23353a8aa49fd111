import { readFileSync, writeFileSync } from 'node:fs';
import { systemCodeOf } from '../core/errors.ts';
import {
  createBridge,
  removeBridge,
  setInterfaceAddress,
  setInterfaceUp,
} from '../linux/network-interface.ts';
import type { RootLayout } from './layout.ts';
import { removeTable } from './nftables.ts';

// What the services of a root have on the host, named after the root so that several run side by side: one table of
// rules, and one interface that owns the addresses at which the node itself answers. The interface is a bridge without
// ports, because every kernel that can run pods has bridges. Its network also is the host's route to the services.

/** The root's own table of rules, of family `ip`. */
export function servicesTable({ suffix }: RootLayout): string {
  return suffix === undefined ? 'podproof' : `podproof-${suffix}`;
}

function servicesInterface({ suffix }: RootLayout): string {
  return suffix === undefined ? 'podproof-svc' : `pps-${suffix}`;
}

/** Makes the interface with these addresses, each of which may be there already. The first one brings the route. */
export function raiseServicesInterface(
  layout: RootLayout,
  addresses: readonly string[],
  prefixLength: number,
): void {
  const name = servicesInterface(layout);
  createBridge(name);
  writeSetting(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, '1');
  for (const [index, address] of addresses.entries())
    setInterfaceAddress(index === 0 ? name : `${name}:${index}`, address, index === 0 ? prefixLength : 32);
  setInterfaceUp(name, true);
}

/** Takes away what services of this root left on the host, whoever made it; no error when there is nothing. */
export async function removeServices(layout: RootLayout): Promise<void> {
  await removeTable(servicesTable(layout));
  removeBridge(servicesInterface(layout));
}

/**
 * Lets the answers in that go back to 127.0.0.1: a node port that is asked for there leads to a pod. True when that
 * changed the bridge; false when it was so already, or there is no bridge.
 */
export function setRouteLocalnet(bridge: string, value: '0' | '1'): boolean {
  const path = `/proc/sys/net/ipv4/conf/${bridge}/route_localnet`;
  try {
    if (readFileSync(path, 'utf8').trim() === value) return false;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
  return writeSetting(path, value);
}

/** False where the kernel does not have it, or the interface has gone. */
function writeSetting(path: string, value: string): boolean {
  try {
    writeFileSync(path, value);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
