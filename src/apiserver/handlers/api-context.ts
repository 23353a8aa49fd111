import type { Socket } from 'node:net';
import type { Authenticator } from '../authentication/authenticate.ts';
import type { GroupVersion } from '../discovery.ts';
import type { KubeletPort } from '../kubelet-port.ts';
import type { ObjectService } from '../object-service.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { ServiceAccountTokens } from '../service-account-tokens.ts';

/** What all requests are answered from. */
export interface ApiContext {
  readonly objects: ObjectService;
  readonly kinds: KindTable;
  readonly groupVersions: readonly GroupVersion[];
  readonly kubelet: KubeletPort;
  readonly authenticator: Authenticator;
  /** Told of each connection over which somebody has proven who he is. */
  readonly admitConnection: (connection: Socket) => void;
  readonly tokens: ServiceAccountTokens;
  readonly now: () => number;
  /** `v1.32.4`: what `/version` says. */
  readonly gitVersion: string;
  /** `127.0.0.1:6443`. */
  readonly address: () => string;
  /** Aborted when the server ends: so do its watches. */
  readonly closing: AbortSignal;
}

/** Finds a kind by what stands in a path. */
export interface KindTable {
  find(group: string, version: string, resource: string): ResourceKind | undefined;
}

export function kindTable(kinds: readonly ResourceKind[]): KindTable {
  const byPath = new Map(kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.resource}`, kind]));
  return { find: (group, version, resource) => byPath.get(`${group}/${version}/${resource}`) };
}
