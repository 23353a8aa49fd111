import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRegistrySettings } from './registry-settings.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pp-registries-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test('mirrors, registries without TLS and limits are those of the file in the root', async () => {
  mkdirSync(join(root, 'lib'));
  writeFileSync(
    join(root, 'lib', 'registries.yaml'),
    'mirrors: {docker.io: ["m.test:5000"]}\ninsecure: [r.test]\nlimits: {entries: 5, unpackedSize: 1Ki, ratio: 2}\n',
  );
  const settings = await readRegistrySettings({ env: {}, root, signal: new AbortController().signal });
  expect(settings.registry).toMatchObject({
    mirrors: { 'docker.io': ['m.test:5000'] },
    insecureRegistries: ['r.test'],
  });
  expect(settings.limits).toEqual({ entries: 5, unpackedBytes: 1024, ratio: 2 });
});

test('without a file nothing is set but Docker’s credentials', async () => {
  const env = { HOME: '/home/somebody' };
  const settings = await readRegistrySettings({ env, root, signal: new AbortController().signal });
  expect(settings.limits).toEqual({});
  expect(Object.keys(settings.registry).sort()).toEqual(['dockerConfigPath', 'runHelper', 'signal']);
  expect(settings.registry.dockerConfigPath).toBe('/home/somebody/.docker/config.json');
});
