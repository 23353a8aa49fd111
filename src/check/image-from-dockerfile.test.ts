import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkManifest } from './check-manifest.ts';
import { imageFromDockerfile } from './image-from-dockerfile.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pp-dockerfile-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function write(text: string): string {
  const file = join(directory, 'Dockerfile');
  writeFileSync(file, text);
  return file;
}

test('who the image runs as, without building it', async () => {
  const file = write('FROM scratch AS base\nARG RUN_AS=1000\nUSER $RUN_AS\nFROM base AS debug\nUSER 0\n');
  const image = await imageFromDockerfile(file, { target: 'base', buildArgs: { RUN_AS: '1654' } });
  expect(image.config.config.User).toBe('1654');
  expect((await imageFromDockerfile(file)).config.config.User).toBe('0');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { securityContext: { runAsNonRoot: true }, containers: [{ name: 'c', image: 'web:1' }] },
  };
  expect(checkManifest(pod, { images: { web: image } }).workloads[0]?.containers[0]?.start.ok).toBe(true);
});

test('the base image decides where the Dockerfile says nothing', async () => {
  const file = write('FROM registry.test/base:1\nCOPY . /app\n');
  const image = await imageFromDockerfile(file, { images: { 'registry.test/base': { User: '7' } } });
  expect(image.config.config.User).toBe('7');
  await expect(imageFromDockerfile(file)).rejects.toMatchObject({
    code: 'unavailable',
    message: `cannot tell who the image of "${file}" runs as: its base image registry.test/base:1 is not at hand`,
  });
});

test('what is no Dockerfile is an error with its place', async () => {
  const file = write('FROM scratch\nRUNN x\n');
  await expect(imageFromDockerfile(file)).rejects.toMatchObject({
    code: 'invalid',
    problems: [expect.stringContaining(`${file}:2`)],
  });
  await expect(imageFromDockerfile(join(directory, 'none'))).rejects.toMatchObject({ code: 'not-found' });
});
