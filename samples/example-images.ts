import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debianFile } from './debian.ts';
import { APP_UID, baseLayer, nginxImage, nodeLayer, PATH, webImages } from './images.ts';
import { programWithLibraries, withDirectories } from './installed-files.ts';
import { buildLayer, type ImageDefinition } from './oci-layout.ts';

/**
 * What the walk-throughs of examples/ run: stand-ins, put together from Debian's packages, under the names of the images
 * that people use there.
 */
export async function exampleImages(): Promise<readonly ImageDefinition[]> {
  const web = await webImages();
  const named = (tag: string, reference: string): readonly ImageDefinition[] =>
    web.filter((it) => it.reference === `localhost/web:${tag}`).map((it) => ({ ...it, reference }));
  return [
    ...named('non-root', 'mcr.microsoft.com/dotnet/samples:aspnetapp-chiseled'),
    ...named('non-root', 'mcr.microsoft.com/dotnet/samples:aspnetapp'),
    ...named('root', 'localhost/aspnetapp:root'),
    await monitorImage(),
    await prometheusImage(),
    { ...(await nginxImage()), reference: 'docker.io/library/nginx:latest' },
    ...(await shellImages()),
  ];
}

/** Distributions' images as far as the walk-throughs use them: a shell and the small tools, as root. */
async function shellImages(): Promise<readonly ImageDefinition[]> {
  const layers = [await baseLayer()];
  const config = { Env: [PATH], Cmd: ['sh'] };
  return ['ubuntu', 'debian', 'busybox'].map((name) => ({
    reference: `docker.io/library/${name}:latest`,
    layers,
    config,
  }));
}

async function monitorImage(): Promise<ImageDefinition> {
  const script = readFileSync(fileURLToPath(new URL('examples/monitor.js', import.meta.url)));
  const monitor = await buildLayer(
    withDirectories([
      { path: 'app/monitor.js', content: script },
      { path: 'app/package.json', content: '{ "type": "module" }\n' },
    ]),
  );
  return {
    reference: 'mcr.microsoft.com/dotnet/monitor:latest',
    layers: [await baseLayer(), await nodeLayer(), monitor],
    config: {
      Env: [PATH],
      Entrypoint: ['node', '/app/monitor.js'],
      Cmd: ['collect'],
      User: String(APP_UID),
      ExposedPorts: { '52323/tcp': {}, '52325/tcp': {} },
    },
  };
}

const NOBODY = 65_534;

/** Debian's Prometheus, set up as the official image is. */
async function prometheusImage(): Promise<ImageDefinition> {
  const prometheus = await buildLayer(
    withDirectories([
      ...programWithLibraries(debianFile('/usr/bin/prometheus'), '/bin/prometheus'),
      { path: 'etc/prometheus', type: 'directory' },
      { path: 'prometheus', type: 'directory', uid: NOBODY, gid: NOBODY },
    ]),
  );
  return {
    reference: 'docker.io/prom/prometheus:latest',
    layers: [await baseLayer(), prometheus],
    config: {
      Env: [PATH],
      Entrypoint: ['/bin/prometheus'],
      Cmd: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
      User: 'nobody',
      WorkingDir: '/prometheus',
      ExposedPorts: { '9090/tcp': {} },
    },
  };
}
