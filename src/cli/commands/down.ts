import { PodproofError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';

const AFTER = {
  halt: ', its pods with it; their state is kept',
  keep: '; its pods go on running',
} as const;

/** `podproof down`: stops the node; with `--purge` nothing of it is left. */
export const down: Command = {
  spec: {
    name: 'down',
    summary: 'Stop the node and its pods. Their state is kept for the next `podproof up`.',
    usage: ['down [OPTION]...'],
    options: [
      { name: 'keep-pods', description: 'leave the pods running; the next up takes them over' },
      { name: 'purge', description: 'remove everything of this root: objects, volumes, credentials, images' },
      { name: 'keep-images', description: 'with --purge: the image store stays' },
    ],
    maxOperands: 0,
  },
  run: async (line, context) => {
    const purge = line.has('purge');
    if (purge && line.has('keep-pods'))
      throw new PodproofError('usage', '--purge removes the pods: --keep-pods does not go with it');
    if (line.has('keep-images') && !purge)
      throw new PodproofError('usage', '--keep-images only says something with --purge');
    const { stopNode } = await import('../up/stop-node.ts');
    // What is going to be removed need not end well.
    const pods = line.has('keep-pods') || purge ? 'keep' : 'halt';
    const ran = await stopNode(pods, context);
    if (purge) {
      const { purgeNode } = await import('../up/purge-node.ts');
      context.stdout.write(ran ? 'node stopped\n' : 'no node runs here\n');
      await purgeNode({ keepImages: line.has('keep-images') }, context);
    } else if (ran) {
      context.stdout.write(`node stopped${AFTER[pods]}\n`);
    } else {
      const { endWithoutNode } = await import('../up/end-without-node.ts');
      const left = pods === 'halt' ? await endWithoutNode(context) : 0;
      context.stdout.write(
        `no node runs here${left === 0 ? '' : `; stopped what it had left: ${podCount(left)}`}\n`,
      );
    }
    return EXIT.asWanted;
  },
};

function podCount(count: number): string {
  return count === 1 ? '1 pod' : `${count} pods`;
}
