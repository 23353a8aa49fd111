import { findProgram } from '../find-program.ts';
import { runProgram } from '../run-program.ts';
import type { NetworkSettings } from './settings.ts';

// One rule for the whole subnet, made with its bridge: the bridge plugin's own `ipMasq` makes chains for every pod,
// which takes three times as long as all the rest of a pod's network.

function rule({ bridge, subnet }: NetworkSettings): readonly string[] {
  const comment = ['-m', 'comment', '--comment', `podproof ${bridge}`];
  return ['POSTROUTING', '-s', subnet, '!', '-d', subnet, ...comment, '-j', 'MASQUERADE'];
}

/** Lets a subnet's pods reach out with the host's address; without iptables they reach only host and each other. */
export async function addMasquerade(network: NetworkSettings): Promise<void> {
  const iptables = findProgram('iptables');
  if (iptables === undefined) return;
  await runProgram(iptables, ['--wait', '--table', 'nat', '--append', ...rule(network)]);
}

/** Takes the rule away; no error when it is not there. */
export async function removeMasquerade(network: NetworkSettings): Promise<void> {
  const iptables = findProgram('iptables');
  if (iptables === undefined) return;
  await runProgram(iptables, ['--wait', '--table', 'nat', '--delete', ...rule(network)]);
}
