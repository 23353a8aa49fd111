import { editKubeconfig } from './credentials/edit-kubeconfig.ts';
import { readIfThere, writePrivateFile } from './credentials/private-file.ts';
import type { Credentials } from './open-credentials.ts';

export interface KubeconfigOptions {
  /** Of the cluster, the user and the context. */
  readonly name: string;
  /** `https://127.0.0.1:6443`. */
  readonly server: string;
  readonly credentials: Pick<Credentials, 'authority' | 'admin'>;
}

interface Entry {
  readonly list: 'clusters' | 'users' | 'contexts';
  readonly key: 'cluster' | 'user' | 'context';
  readonly value: Readonly<Record<string, string>>;
}

/** A kubeconfig of its own. JSON is YAML: nothing has to be loaded to write it. */
export function formatKubeconfig(options: KubeconfigOptions): string {
  const lists = Object.fromEntries(
    entriesOf(options).map(({ list, key, value }) => [list, [{ name: options.name, [key]: value }]]),
  );
  const config = { apiVersion: 'v1', kind: 'Config', ...lists, 'current-context': options.name };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function entriesOf({ name, server, credentials }: KubeconfigOptions): readonly Entry[] {
  const cluster = { server, 'certificate-authority-data': base64(credentials.authority) };
  const user = {
    'client-certificate-data': base64(credentials.admin.certificate),
    'client-key-data': base64(credentials.admin.key),
  };
  return [
    { list: 'clusters', key: 'cluster', value: cluster },
    { list: 'users', key: 'user', value: user },
    { list: 'contexts', key: 'context', value: { cluster: name, user: name } },
  ];
}

function base64(pem: string): string {
  return Buffer.from(pem, 'utf8').toString('base64');
}

/** Writes a kubeconfig of its own, mode 0600. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  await writePrivateFile(path, formatKubeconfig(options));
}

/**
 * Adds cluster, user and context to a kubeconfig, or replaces those of this name, and makes the context the current one.
 * All else stays as it is, comments included. As kubectl does, it holds the file's lock meanwhile.
 */
export async function mergeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  await editKubeconfig(path, (config) => {
    if (!config.has('apiVersion')) config.set('apiVersion', 'v1');
    if (!config.has('kind')) config.set('kind', 'Config');
    for (const { list, key, value } of entriesOf(options)) {
      config.putEntry(list, options.name, { name: options.name, [key]: value });
    }
    config.set('current-context', options.name);
    return true;
  });
}

/**
 * Takes cluster, user and context of this name out again, and the current context when it is this one. Leaves them when
 * they are of another server. True when there was something to take out.
 */
export async function removeFromKubeconfig(
  path: string,
  { name, server }: Pick<KubeconfigOptions, 'name' | 'server'>,
): Promise<boolean> {
  if ((await readIfThere(path)) === undefined) return false;
  return editKubeconfig(path, (config) => {
    if (config.getIn('clusters', name, ['cluster', 'server']) !== server) return false;
    for (const list of ['clusters', 'users', 'contexts']) config.removeEntry(list, name);
    if (config.get('current-context') === name) config.set('current-context', '');
    return true;
  });
}
