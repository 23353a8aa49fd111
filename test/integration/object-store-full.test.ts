import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { addNamespace, kindOf, openService, refusalOf, STRICT, USER } from '../support/object-service.ts';

const dir = mkdtempSync(join(tmpdir(), 'podproof-full-'));
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dir]);
afterAll(() => {
  execFileSync('umount', [dir]);
  rmdirSync(dir);
});

test('a full disk refuses writes, goes on serving reads, and is over when there is room again', async () => {
  const service = await openService(join(dir, 'objects'));
  await addNamespace(service, 'default');
  const configMaps = kindOf('configmaps');
  const create = (name: string) =>
    service.create(configMaps, 'default', { metadata: { name }, data: { x: 'y'.repeat(100_000) } }, STRICT);
  let made = 0;
  const fill = async (): Promise<never> => {
    for (;;) {
      await create(`c${made}`);
      made += 1;
    }
  };
  expect(await refusalOf(fill)).toMatch(
    /^InternalError: Internal error occurred: cannot write ".*objects.mdb": no space left on device; free some space and try again$/,
  );
  expect(made).toBeGreaterThan(5);
  expect(service.list(configMaps, { namespace: 'default' }).items).toHaveLength(made);
  const version = service.resourceVersion;
  expect(await refusalOf(() => create('still-full'))).toMatch(/no space left/);
  expect(service.resourceVersion).toBe(version);
  execFileSync('mount', ['-o', 'remount,size=12m', dir]);
  await service.delete(configMaps, 'default', 'c0', { user: USER, dryRun: false });
  await create('room');
  await service.close();
  const again = await openService(join(dir, 'objects'));
  expect(again.list(configMaps, { namespace: 'default' }).items).toHaveLength(made);
  await again.close();
});
