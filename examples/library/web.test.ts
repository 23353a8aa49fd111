import { readFileSync } from 'node:fs';
import type { V1Pod } from '@kubernetes/client-node';
import { imageFromDockerfile } from 'podproof';
import { expect, test } from 'vitest';

const manifest = readFileSync('deploy/web.yaml', 'utf8');

test('a restricted namespace lets web in, before and after the next upgrade', () => {
  expect(manifest).toBeAdmitted({ level: 'restricted', version: 'v1.34' });
  expect(manifest).toBeAdmitted({ level: 'restricted', version: 'latest' });
});

test('web starts', () => {
  expect(manifest).toStart({ images: { 'registry.example.com/web': { User: '1654' } } });
});

test('web starts with the image that its Dockerfile makes', async () => {
  const image = await imageFromDockerfile('web/Dockerfile');
  expect(manifest).toStart({ images: { 'registry.example.com/web': image } });
});

test('a pod that the program puts together may not be privileged', () => {
  const pod: V1Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'agent' },
    spec: { containers: [{ name: 'agent', image: 'agent:1', securityContext: { privileged: true } }] },
  };
  expect(pod).not.toBeAdmitted({ level: 'baseline' });
});
