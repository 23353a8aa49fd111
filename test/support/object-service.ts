import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { KINDS } from '../../src/apiserver/kinds.ts';
import type { ObjectService, WriteOptions } from '../../src/apiserver/object-service.ts';
import { openObjectService } from '../../src/apiserver/open-object-service.ts';
import type { ClusterSettings, ResourceKind, UserInfo } from '../../src/apiserver/resource-kind.ts';
import { isApiError, type StatusReason } from '../../src/kube/status.ts';

export const SETTINGS: ClusterSettings = {
  nodeName: 'node',
  serviceCidr: '10.96.0.0/16',
  nodePortRange: { first: 30000, last: 32767 },
  clusterDomain: 'cluster.local',
};

export const USER: UserInfo = { username: 'jo', groups: ['system:masters'] };
export const STRICT: WriteOptions = { user: USER, dryRun: false, fieldValidation: 'Strict' };

/** A clock that stands until it is set. */
export const CLOCK: { ms: number; now(): number } = {
  ms: Date.parse('2026-01-01T00:00:00Z'),
  now: (): number => CLOCK.ms,
};

export function kindOf(resource: string, group?: string): ResourceKind {
  const kind = KINDS.find((it) => it.resource === resource && (group === undefined || it.group === group));
  if (kind === undefined) throw new Error(`no kind "${resource}"`);
  return kind;
}

export function openService(dir: string): Promise<ObjectService> {
  return openObjectService({ dir, kinds: KINDS, settings: SETTINGS, clock: CLOCK });
}

/** A service with the namespace `default` and its service account; it ends with the tests of the file. */
export async function useService(): Promise<ObjectService> {
  const dir = mkdtempSync(join(tmpdir(), 'podproof-objects-'));
  const service = await openService(dir);
  afterAll(async () => {
    await service.close();
    rmSync(dir, { recursive: true });
  });
  await addNamespace(service, 'default');
  return service;
}

export async function addNamespace(
  service: ObjectService,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<void> {
  await service.create(kindOf('namespaces'), '', { metadata: { name, labels } }, STRICT);
  await service.create(kindOf('serviceaccounts'), name, { metadata: { name: 'default' } }, STRICT);
}

export function podBody(name: string, spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
  };
}

/** What a refused request is told: `REASON: MESSAGE`. */
export async function refusalOf(request: () => unknown): Promise<string> {
  try {
    await request();
  } catch (error) {
    if (error instanceof Error && 'reason' in error && isApiError(error, reasonOf(error.reason))) {
      return `${error.reason}: ${error.message}`;
    }
    throw error;
  }
  throw new Error('it was not refused');
}

function reasonOf(reason: unknown): StatusReason {
  // Whether it is one is what is asked next.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return reason as StatusReason;
}
