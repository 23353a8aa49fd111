import { PodproofError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import { DOCKER_OPTIONS } from '../docker-run/docker-options.ts';
import { OUTPUT_OPTION, PROFILE_OPTION } from '../global-options.ts';
import { profileOf } from '../profile.ts';

/** `podproof run`: an image with docker's flags, or a manifest's pods, in the foreground. */
export const run: Command = {
  spec: {
    name: 'run',
    summary: "Run an image with docker's flags, or the pods of a manifest, in the foreground.",
    usage: ['run [OPTION]... IMAGE [--] [CMD [ARG]...]', 'run -f FILE...'],
    options: [
      {
        name: 'file',
        short: 'f',
        value: 'FILE',
        repeatable: true,
        description: "run a manifest's pods instead",
      },
      { name: 'dry-run', description: 'print the equivalent Pod manifest and run nothing' },
      ...DOCKER_OPTIONS,
      { name: 'runtime', value: 'PATH', description: 'OCI runtime (default: runc)' },
      PROFILE_OPTION,
      { ...OUTPUT_OPTION, description: 'with --dry-run: text is YAML (default), or json' },
    ],
    passThrough: true,
    notes: [
      "One container's output and exit code are passed through; several are prefixed, and the worst exit",
      'code counts. What podproof itself says goes to stderr; a refused container is exit code 1.',
    ],
  },
  run: async (line, context) => {
    const files = line.list('file');
    if (files.length > 0 && line.operands.length > 0) {
      throw new PodproofError('usage', 'podproof run runs an image or manifests, not both at once', {
        advice: `without -f, or without "${line.operands.join(' ')}"`,
      });
    }
    if (files.length > 0) {
      const [{ readWorkloads }, { openNode }, { runPods }] = await Promise.all([
        import('../read-workloads.ts'),
        import('../open-node.ts'),
        import('../run-pods.ts'),
      ]);
      const { workloads, lookup } = await readWorkloads(files, context);
      const node = await openNode(
        { profile: profileOf(line), runtime: line.text('runtime'), lookup },
        context,
      );
      return runPods(
        workloads.map(({ pod }) => pod),
        node,
        context,
      );
    }
    if (line.operands.length === 0) {
      throw new PodproofError('usage', 'podproof run needs an image, or -f FILE', {
        advice: 'podproof run IMAGE [-- CMD]',
      });
    }
    const { runImage } = await import('../run-image.ts');
    return runImage(line, context);
  },
};
