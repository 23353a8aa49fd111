import type { ContainerConfig } from '../../image/image.ts';

/** A program that writes to its root file system, as images say by their configuration that they run it. */
export interface KnownImage {
  /** What runs in it: `nginx`. */
  readonly program: string;
  /** Where what it writes was learnt from. */
  readonly source: string;
  readonly isRunIn: (image: ImageFacts) => boolean;
  /** Directories, from the root. */
  readonly writes: (image: ImageFacts) => readonly string[];
  /** Environment variables one of which, with that value, makes it do without. The first is the one to advise. */
  readonly instead?: { readonly names: readonly [string, ...string[]]; readonly value: string };
}

/** What the table goes by. */
export interface ImageFacts {
  readonly config: ContainerConfig;
  readonly env: ReadonlyMap<string, string>;
}

const listensAtPort = ({ config }: ImageFacts, port: number): boolean =>
  config.ExposedPorts !== undefined && Object.hasOwn(config.ExposedPorts, `${port}/tcp`);

/** Whose images can be told by what they say of themselves. The first that fits counts. */
export const knownImages: readonly KnownImage[] = Object.freeze<KnownImage[]>([
  {
    program: 'nginx',
    source: 'https://hub.docker.com/_/nginx, "Running nginx in read-only mode"',
    isRunIn: (image) => image.env.has('NGINX_VERSION') && listensAtPort(image, 80),
    writes: () => ['/var/cache/nginx', '/var/run'],
  },
  {
    program: 'nginx',
    source:
      'https://github.com/nginxinc/docker-nginx-unprivileged, its Dockerfiles: pid and caches lie in /tmp',
    isRunIn: (image) => image.env.has('NGINX_VERSION') && listensAtPort(image, 8080),
    writes: () => ['/tmp'],
  },
  {
    program: '.NET',
    source: 'https://github.com/dotnet/runtime/issues/86259, https://github.com/dotnet/coreclr/issues/15243',
    isRunIn: ({ env }) => env.get('DOTNET_RUNNING_IN_CONTAINER') === 'true',
    writes: () => ['/tmp'],
    instead: { names: ['DOTNET_EnableDiagnostics', 'COMPlus_EnableDiagnostics'], value: '0' },
  },
  {
    program: 'PostgreSQL',
    source: 'https://github.com/docker-library/postgres/issues/154',
    isRunIn: ({ env }) => env.has('PGDATA') && env.has('PG_MAJOR'),
    writes: () => ['/var/run/postgresql', '/tmp'],
  },
  {
    program: 'Apache httpd',
    source: 'https://github.com/docker-library/httpd/issues/166',
    isRunIn: ({ env }) => env.has('HTTPD_PREFIX'),
    writes: ({ env }) => below(env.get('HTTPD_PREFIX'), ['logs']),
  },
  {
    program: 'Tomcat',
    source: 'https://tomcat.apache.org/tomcat-10.1-doc/RUNNING.txt, CATALINA_BASE',
    isRunIn: ({ env }) => env.has('CATALINA_HOME'),
    writes: ({ env }) =>
      below(env.get('CATALINA_BASE') ?? env.get('CATALINA_HOME'), ['logs', 'temp', 'work']),
  },
]);

function below(directory: string | undefined, names: readonly string[]): readonly string[] {
  return directory === undefined ? [] : names.map((name) => `${directory}/${name}`);
}

/** The image's own environment, then what the container sets. Of a name that is written twice the last counts. */
export function imageFacts(
  config: ContainerConfig,
  set: readonly { readonly name: string; readonly value?: string }[],
): ImageFacts {
  const env = new Map<string, string>();
  for (const entry of config.Env ?? []) {
    const equals = entry.indexOf('=');
    if (equals > 0) env.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  for (const { name, value } of set) if (value !== undefined) env.set(name, value);
  return { config, env };
}
