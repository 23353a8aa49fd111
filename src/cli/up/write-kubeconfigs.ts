import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { mergeKubeconfig, removeFromKubeconfig, writeKubeconfig } from '../../apiserver/kubeconfig.ts';
import type { Credentials } from '../../apiserver/open-credentials.ts';
import type { CommandContext } from '../command.ts';
import { API_HOST } from './choose-port.ts';
import { keepSettings, nodePaths, readSettings } from './node-files.ts';
import type { UpOptions } from './up-options.ts';

/** Of cluster, user and context in a kubeconfig. */
const CONTEXT_NAME = 'podproof';

/** The node's own kubeconfig, and with `--merge` its context in the user's, which then follows when the port changes. */
export async function writeKubeconfigs(
  server: string,
  credentials: Credentials,
  { merge }: UpOptions,
  context: CommandContext,
): Promise<void> {
  const paths = nodePaths(context.root);
  const kubeconfig = { name: CONTEXT_NAME, server, credentials };
  await writeKubeconfig(paths.kubeconfig, kubeconfig);
  const kept = readSettings(paths);
  const isMoved = kept.port !== undefined && serverAt(kept.port) !== server;
  const mergedInto = merge ? userKubeconfig(context) : isMoved ? kept.mergedInto : undefined;
  if (mergedInto === undefined) return;
  await mergeKubeconfig(mergedInto, kubeconfig);
  keepSettings(paths, { mergedInto });
}

/** Takes the node's context out of the user's kubeconfig again; the file that it was in, if it was. */
export async function unmergeKubeconfig({ root }: Pick<CommandContext, 'root'>): Promise<string | undefined> {
  const { mergedInto, port } = readSettings(nodePaths(root));
  if (mergedInto === undefined || port === undefined) return undefined;
  const isTakenOut = await removeFromKubeconfig(mergedInto, { name: CONTEXT_NAME, server: serverAt(port) });
  return isTakenOut ? mergedInto : undefined;
}

function serverAt(port: number): string {
  return `https://${API_HOST}:${port}`;
}

/** The file that kubectl would write to: the first of KUBECONFIG that is there, else the one in the home directory. */
export function userKubeconfig({ env, root }: Pick<CommandContext, 'env' | 'root'>): string {
  const own = nodePaths(root).kubeconfig;
  const files = (env['KUBECONFIG'] ?? '')
    .split(':')
    .filter((path) => path !== '' && resolve(path) !== own)
    .map((path) => resolve(path));
  return files.find(existsSync) ?? files.at(-1) ?? join(env['HOME'] ?? homedir(), '.kube', 'config');
}
