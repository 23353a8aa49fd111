import { PodproofError } from '../core/errors.ts';
import { findProgram } from './find-program.ts';
import { runProgram } from './run-program.ts';

/** Applies a whole text of rules at once: the kernel takes all of it, or nothing. */
export async function applyRuleset(text: string): Promise<void> {
  const nft = findProgram('nft');
  if (nft === undefined)
    throw new PodproofError('unsupported', 'cannot carry out services: "nft" is not installed', {
      advice: 'apt-get install nftables',
    });
  const { exitCode, stderr } = await runProgram(nft, ['-f', '-'], { stdin: text });
  if (exitCode === 0) return;
  const [problem = 'no reason given'] = stderr.trim().split('\n');
  throw new PodproofError('runtime', `cannot apply the rules of services: nft says ${problem}`);
}

/** Takes a table of IPv4 with all that is in it away; no error when there is none, or no nft. */
export async function removeTable(table: string): Promise<void> {
  if (findProgram('nft') === undefined) return;
  await applyRuleset(`table ip ${table}\ndelete table ip ${table}\n`);
}
