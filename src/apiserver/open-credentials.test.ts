import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCredentials } from './open-credentials.ts';

const nowMs = Date.parse('2026-05-01T00:00:00Z');
const dayMs = 24 * 60 * 60 * 1000;

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'podproof-credentials-')), 'pki');
});
afterEach(() => rm(join(dir, '..'), { recursive: true }));

test('server and administrator are certified by the authority, for what they are', async () => {
  const { authority, server, admin } = await openCredentials({ dir, nowMs });
  const ca = new X509Certificate(authority);
  const serverCertificate = new X509Certificate(server.certificate);
  const adminCertificate = new X509Certificate(admin.certificate);
  expect(ca.ca).toBe(true);
  expect(serverCertificate.checkIssued(ca) && serverCertificate.verify(ca.publicKey)).toBe(true);
  expect(serverCertificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(serverCertificate.checkHost('localhost')).toBe('localhost');
  expect(serverCertificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(adminCertificate.checkIssued(ca) && adminCertificate.verify(ca.publicKey)).toBe(true);
  expect(adminCertificate.subject).toBe('O=system:masters\nCN=kubernetes-admin');
  expect(adminCertificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(adminCertificate.ca).toBe(false);
});

test('nobody but the owner can read them', async () => {
  await openCredentials({ dir, nowMs });
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  const files = await readdir(dir);
  expect(files.sort()).toEqual(['admin.pem', 'ca.pem', 'server.pem', 'token']);
  for (const file of files) expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
});

test('they are the same after a restart', async () => {
  const first = await openCredentials({ dir, nowMs });
  expect(await openCredentials({ dir, nowMs: nowMs + dayMs })).toEqual(first);
});

test('a certificate is renewed a month before it expires, under the same authority', async () => {
  const first = await openCredentials({ dir, nowMs });
  const later = await openCredentials({ dir, nowMs: nowMs + 340 * dayMs });
  expect(later.authority).toBe(first.authority);
  expect(later.server.certificate).not.toBe(first.server.certificate);
  expect(later.admin.certificate).not.toBe(first.admin.certificate);
  expect(later.token).toBe(first.token);
});

test('a further host gets the server a new certificate, and leaves the others', async () => {
  const first = await openCredentials({ dir, nowMs });
  const second = await openCredentials({ dir, nowMs, hosts: ['10.96.0.1', 'kubernetes.default.svc'] });
  expect(new X509Certificate(second.server.certificate).checkIP('10.96.0.1')).toBe('10.96.0.1');
  expect(second.admin).toEqual(first.admin);
});

test.each(['ca.pem', 'server.pem', 'admin.pem', 'token'])('a broken %s is made anew', async (file) => {
  await openCredentials({ dir, nowMs });
  await writeFile(join(dir, file), 'x');
  const { authority, server, admin, token } = await openCredentials({ dir, nowMs });
  const ca = new X509Certificate(authority);
  expect(new X509Certificate(server.certificate).verify(ca.publicKey)).toBe(true);
  expect(new X509Certificate(admin.certificate).verify(ca.publicKey)).toBe(true);
  expect(token).toHaveLength(43);
});
