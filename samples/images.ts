import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { debianFile } from './debian.ts';
import { programWithLibraries, withDirectories } from './installed-files.ts';
import { buildLayer, type ImageDefinition, type Layer, type LayerFile } from './oci-layout.ts';

/** The user that .NET's images define, which the sample's manifests and images use as well. */
export const APP_UID = 1654;

export const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const ACCOUNTS: readonly LayerFile[] = [
  {
    path: 'etc/passwd',
    content: [
      'root:x:0:0:root:/root:/bin/sh',
      'nginx:x:101:101:nginx:/nonexistent:/bin/false',
      `app:x:${APP_UID}:${APP_UID}::/home/app:/bin/sh`,
      'nobody:x:65534:65534:nobody:/nonexistent:/bin/false',
      '',
    ].join('\n'),
  },
  {
    path: 'etc/group',
    content: [
      'root:x:0:',
      'wheel:x:10:root',
      'nginx:x:101:',
      `app:x:${APP_UID}:`,
      'media:x:2100:app',
      'nogroup:x:65534:',
      '',
    ].join('\n'),
  },
  { path: 'etc/nsswitch.conf', content: 'passwd: files\ngroup: files\nhosts: files dns\n' },
];

/** A shell and the small tools, from Debian's busybox-static. */
function busyboxFiles(): readonly LayerFile[] {
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n');
  return [
    { path: 'bin/busybox', content: readFileSync('/bin/busybox'), mode: 0o755 },
    ...applets
      .filter((applet) => applet !== 'busybox')
      .map((applet): LayerFile => ({ path: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })),
    { path: 'tmp', type: 'directory', mode: 0o1777 },
    { path: 'root', type: 'directory', mode: 0o700 },
    { path: 'home/app', type: 'directory', uid: APP_UID, gid: APP_UID },
    ...ACCOUNTS,
  ];
}

/** Accounts, a shell and the small tools. */
export async function baseLayer(): Promise<Layer> {
  return buildLayer(withDirectories(busyboxFiles()));
}

/** Images of nothing but busybox, one for each way in which an image can say who it runs as. */
export async function busyboxImages(): Promise<readonly ImageDefinition[]> {
  const base = await baseLayer();
  const image = (tag: string, user: string | undefined): ImageDefinition => ({
    reference: `localhost/busybox:${tag}`,
    layers: [base],
    config: { Env: [PATH], Cmd: ['sh'], ...(user === undefined ? {} : { User: user }) },
  });
  return [
    image('root', undefined),
    image('app', 'app'),
    image('1654', String(APP_UID)),
    image('1000-2000', '1000:2000'),
    image('missing', 'nosuchuser'),
  ];
}

/** busybox and a setuid-root `id`: what allowPrivilegeEscalation is about. */
export async function setuidImage(): Promise<ImageDefinition> {
  const setuid = await buildLayer(
    withDirectories(programWithLibraries('/usr/bin/id', '/usr/bin/setuid-id', 0o4755)),
  );
  return {
    reference: 'localhost/setuid:1',
    layers: [await baseLayer(), setuid],
    config: { Env: [PATH], Cmd: ['sh'] },
  };
}

/** This machine's own Node.js. */
export async function nodeLayer(): Promise<Layer> {
  return buildLayer(withDirectories(programWithLibraries(process.execPath, '/usr/bin/node')));
}

function webFile(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`web/${name}`, import.meta.url)));
}

/** The sample web app on this machine's own Node.js: as root, as a numeric and as a named user. */
export async function webImages(): Promise<readonly ImageDefinition[]> {
  const node = await nodeLayer();
  const app = await buildLayer(
    withDirectories([
      { path: 'app/server.js', content: webFile('server.js') },
      { path: 'app/diagnostics.js', content: webFile('diagnostics.js') },
      { path: 'app/package.json', content: '{ "type": "module" }\n' },
    ]),
  );
  const layers = [await baseLayer(), node, app];
  const image = (tag: string, user: string | undefined): ImageDefinition => ({
    reference: `localhost/web:${tag}`,
    layers,
    config: {
      Env: [PATH, `APP_UID=${APP_UID}`, 'PORT=8080'],
      Entrypoint: ['node', '/app/server.js'],
      WorkingDir: '/app',
      ExposedPorts: { '8080/tcp': {} },
      ...(user === undefined ? {} : { User: user }),
    },
  });
  return [image('root', undefined), image('non-root', String(APP_UID)), image('app', 'app')];
}

const NGINX_CONF = `user nginx;
pid /run/nginx.pid;
error_log /dev/stderr notice;
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  client_body_temp_path /var/cache/nginx/client_temp;
  proxy_temp_path /var/cache/nginx/proxy_temp;
  fastcgi_temp_path /var/cache/nginx/fastcgi_temp;
  uwsgi_temp_path /var/cache/nginx/uwsgi_temp;
  scgi_temp_path /var/cache/nginx/scgi_temp;
  server { listen 80; root /usr/share/nginx/html; }
}
`;

/** Debian's nginx, set up as the official image is: it writes to /var/cache/nginx and /run, and nowhere else. */
export async function nginxImage(): Promise<ImageDefinition> {
  const nginx = await buildLayer(
    withDirectories([
      ...programWithLibraries(debianFile('/usr/sbin/nginx'), '/usr/sbin/nginx'),
      { path: 'etc/nginx/nginx.conf', content: NGINX_CONF },
      { path: 'usr/share/nginx/html/index.html', content: 'Welcome to nginx!\n' },
      { path: 'var/cache/nginx', type: 'directory' },
      { path: 'var/log/nginx', type: 'directory' },
      { path: 'var/log/nginx/error.log', type: 'symlink', linkname: '/dev/stderr' },
      { path: 'run', type: 'directory' },
    ]),
  );
  return {
    reference: 'localhost/nginx:1',
    layers: [await baseLayer(), nginx],
    config: {
      Env: [PATH],
      Entrypoint: ['nginx', '-g', 'daemon off;'],
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGQUIT',
    },
  };
}
