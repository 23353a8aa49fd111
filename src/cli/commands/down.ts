import { PodproofError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';

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
    await stopNode(line.has('keep-pods') ? 'keep' : 'halt', context);
    if (purge) {
      const { purgeNode } = await import('../up/purge-node.ts');
      await purgeNode({ keepImages: line.has('keep-images') }, context);
    }
    return EXIT.asWanted;
  },
};
