import { expect, test } from 'vitest';
import { inputOf } from '../../../test/support/confine-inputs.ts';
import type { Finding } from '../../core/finding.ts';
import type { ContainerConfig } from '../../image/image.ts';
import type { Container } from '../../kube/pod.ts';
import { confine } from '../confine.ts';
import { knownImages } from './known-images.ts';

const tmp = { name: 'tmp', emptyDir: {} };

/** What is told of a read-only root with an image of that configuration. */
function found(config: ContainerConfig, container: Partial<Container> = {}): Finding | undefined {
  const securityContext = { readOnlyRootFilesystem: true };
  const input = inputOf({
    spec: { volumes: [tmp], containers: [{ name: 'app', securityContext, ...container }] },
  });
  if (input.image === undefined) throw new Error('no image');
  const image = { ...input.image, config: { ...input.image.config, config } };
  return confine({ ...input, image }).findings.find(({ code }) => code.startsWith('read-only-root'));
}

const mounted = (...paths: readonly string[]): Partial<Container> => ({
  volumeMounts: paths.map((mountPath) => ({ name: 'tmp', mountPath })),
});

const nginx: ContainerConfig = {
  Env: ['PATH=/usr/sbin:/usr/bin', 'NGINX_VERSION=1.29.1'],
  ExposedPorts: { '80/tcp': {} },
};
const dotnet: ContainerConfig = { Env: ['APP_UID=1654', 'DOTNET_RUNNING_IN_CONTAINER=true'] };

test('nginx needs its cache and its pid file: the volumes to mount are named', () => {
  expect(found(nginx)).toEqual({
    severity: 'warning',
    code: 'read-only-root-image-writes',
    container: 'app',
    message:
      'the root is read-only, and nginx writes to /var/cache/nginx and /var/run, where no writable volume is mounted',
    path: ['spec', 'containers', 0, 'volumeMounts'],
    advice: 'mount an emptyDir at /var/cache/nginx and /var/run',
  });
});

test('what a volume covers is not asked for again; /var/run is /run', () => {
  expect(found(nginx, mounted('/var/cache'))?.advice).toBe('mount an emptyDir at /var/run');
  expect(found(nginx, mounted('/var/cache/nginx', '/run'))).toBeUndefined();
});

test('a volume that is read-only covers nothing', () => {
  const volumeMounts = [
    { name: 'tmp', mountPath: '/var' },
    { name: 'tmp', mountPath: '/var/run', readOnly: true },
  ];
  expect(found(nginx, { volumeMounts })?.advice).toBe('mount an emptyDir at /var/run');
});

test.each<readonly [string, ContainerConfig, string]>([
  ['unprivileged nginx', { ...nginx, ExposedPorts: { '8080/tcp': {} } }, '/tmp'],
  ['PostgreSQL', { Env: ['PG_MAJOR=17', 'PGDATA=/pg'] }, '/var/run/postgresql and /tmp'],
  ['Apache httpd', { Env: ['HTTPD_PREFIX=/usr/local/apache2'] }, '/usr/local/apache2/logs'],
  ['Tomcat', { Env: ['CATALINA_HOME=/tc/'] }, '/tc/logs, /tc/temp and /tc/work'],
  ['a declared VOLUME', { Volumes: { '/data': {} } }, '/data'],
])('%s', (_, config, places) => {
  expect(found(config)?.advice).toBe(`mount an emptyDir at ${places}`);
});

test('.NET does without /tmp when its diagnostics are off', () => {
  expect(found(dotnet)?.advice).toBe(
    'mount an emptyDir at /tmp; with the environment variable DOTNET_EnableDiagnostics: "0" .NET needs none',
  );
  const env = [{ name: 'COMPlus_EnableDiagnostics', value: '0' }];
  expect(found(dotnet, { env, ...mounted('/data') })).toBeUndefined();
});

test('of an image that says nothing, its working directory and home are named', () => {
  expect(found({ WorkingDir: '/app', User: 'app' })).toMatchObject({
    code: 'read-only-root-without-volume',
    severity: 'note',
    advice:
      'mount an emptyDir where the program writes (its working directory is /app, its home is /home/app)',
  });
  const securityContext = { readOnlyRootFilesystem: true, runAsUser: 4711 };
  expect(found({}, { securityContext })?.advice).toContain('podproof prove shows where');
});

test('every known image names where it is known from', () => {
  expect(knownImages.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
});
