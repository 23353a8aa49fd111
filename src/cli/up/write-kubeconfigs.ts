import { homedir } from 'node:os';
import { join } from 'node:path';
import { mergeKubeconfig, writeKubeconfig } from '../../apiserver/kubeconfig.ts';
import type { Credentials } from '../../apiserver/open-credentials.ts';
import type { CommandContext } from '../command.ts';
import { nodePaths } from './node-files.ts';
import type { UpOptions } from './up-options.ts';

/** Of cluster, user and context in a kubeconfig. */
export const CONTEXT_NAME = 'podproof';

/** The node's own kubeconfig, and with `--merge` its context in the user's. */
export async function writeKubeconfigs(
  server: string,
  credentials: Credentials,
  { merge }: UpOptions,
  context: CommandContext,
): Promise<void> {
  const kubeconfig = { name: CONTEXT_NAME, server, credentials };
  await writeKubeconfig(nodePaths(context.root).kubeconfig, kubeconfig);
  if (merge) await mergeKubeconfig(userKubeconfig(context), kubeconfig);
}

/** The file that kubectl would write to: the first of KUBECONFIG, else the one in the home directory. */
export function userKubeconfig({ env }: CommandContext): string {
  const [first = ''] = (env['KUBECONFIG'] ?? '').split(':').filter(Boolean);
  return first === '' ? join(env['HOME'] ?? homedir(), '.kube', 'config') : first;
}
