import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leasesDir } from './cni/pod-network.ts';
import { chooseNetwork, type NetworkSettings, parseRoutes, serviceCidrFor } from './cni/settings.ts';
import type { RootLayout } from './layout.ts';
import { readRecord, writeRecord } from './record-file.ts';

export type { NetworkSettings } from './cni/settings.ts';

/** The addresses of a node: its pods' and its services'. */
export interface NodeNetwork {
  readonly network: NetworkSettings;
  /** `10.160.4.0/22`. */
  readonly serviceCidr: string;
}

/**
 * The network of a root's node, chosen the first time so that it touches no route of the host, and the same ever after:
 * the services that are kept have addresses out of it. Pods that run already keep theirs.
 */
export function openNodeNetwork(layout: RootLayout): NodeNetwork {
  const file = join(layout.libDir, 'network.json');
  const known = readRecord<NodeNetwork>(file);
  if (known !== undefined) return known;
  const routes = parseRoutes(readFileSync('/proc/net/route', 'utf8'));
  const inUse = readRecord<NetworkSettings>(join(leasesDir(layout.runDir), 'network.json'));
  const network =
    inUse === undefined ? chooseNetwork(layout, routes) : { bridge: inUse.bridge, subnet: inUse.subnet };
  const chosen = { network, serviceCidr: serviceCidrFor(network, routes) };
  mkdirSync(layout.libDir, { recursive: true, mode: 0o711 });
  writeRecord(file, chosen);
  return chosen;
}
