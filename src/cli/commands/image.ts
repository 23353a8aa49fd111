import { PodproofError } from '../../core/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { OUTPUT_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';

/** `podproof image`: who an image runs as; and the store's images: load, pull, list, remove. */
export const image: Command = {
  spec: {
    name: 'image',
    summary:
      'Who an image runs as, and what else decides its confinement; and the images of the local store.',
    usage: [
      'image REF [-f TEMPLATE]',
      'image load SOURCE [--name REF]',
      'image pull REF',
      'image list',
      'image remove REF...',
    ],
    options: [
      {
        name: 'format',
        short: 'f',
        value: 'TEMPLATE',
        description: "as docker inspect's: '{{.Config.User}}', '{{json .Config}}'",
      },
      {
        name: 'name',
        value: 'REF',
        description: 'name to load one image under (default: all images, under their own)',
      },
      OUTPUT_OPTION,
    ],
    minOperands: 1,
    notes: [
      'REF is a name in the store, or an image in a registry, of which only the config is read.',
      'SOURCE is oci:DIR[:NAME], oci-archive:TAR[:NAME], docker-archive:TAR[:NAME], or an image in a',
      'registry; the first three work as REF as well. Mirrors, registries without TLS and limits:',
      'registries.yaml in the root, or the file that PODPROOF_REGISTRIES names.',
    ],
  },
  run: async (line, context) => {
    const [first = '', ...rest] = line.operands;
    const action = ACTIONS.get(first);
    // An image that is called `list` can be asked for with its tag: `list:latest`.
    if (action === undefined) return show(first, rest, line, context);
    if (rest.length < action.min || rest.length > action.max) {
      throw new PodproofError('usage', `podproof image ${first} needs ${action.needs}`, {
        advice: 'see  podproof image --help',
      });
    }
    return action.run(rest, line, context);
  },
};

interface Action {
  readonly min: number;
  readonly max: number;
  readonly needs: string;
  readonly run: (operands: readonly string[], line: CommandLine, context: CommandContext) => Promise<number>;
}

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>(
  Object.entries({
    load: {
      min: 1,
      max: 1,
      needs: 'one source: oci:DIR, oci-archive:TAR, docker-archive:TAR or a reference',
      run: async ([source = ''], line, context) => {
        const { loadImage } = await import('../manage-images.ts');
        return loadImage(source, line.text('name'), line, context);
      },
    },
    pull: {
      min: 1,
      max: 1,
      needs: 'one reference',
      run: async ([reference = ''], line, context) => {
        const { pullImage } = await import('../manage-images.ts');
        return pullImage(reference, line, context);
      },
    },
    list: {
      min: 0,
      max: 0,
      needs: 'no operand',
      run: async (_, line, context) => (await import('../manage-images.ts')).listImages(line, context),
    },
    remove: {
      min: 1,
      max: Number.POSITIVE_INFINITY,
      needs: 'the images to remove',
      run: async (references, line, context) => {
        const { removeImages } = await import('../manage-images.ts');
        return removeImages(references, line, context);
      },
    },
  } satisfies Record<string, Action>),
);

async function show(
  reference: string,
  extra: readonly string[],
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  if (extra.length > 0) {
    throw new PodproofError('usage', `podproof image shows one image, found "${extra.join(' ')}" after it`);
  }
  const [{ findImage, readSource }, { imageReport, inspectView }] = await Promise.all([
    import('../find-image.ts'),
    import('../image-report.ts'),
  ]);
  const isSource = /^(oci|oci-archive|docker-archive):/.test(reference);
  const found = isSource ? await readSource(reference, context) : await findImage('pull', reference, context);
  if (found === undefined) throw new PodproofError('not-found', `there is no image "${reference}"`);
  const template = line.text('format');
  if (template !== undefined) {
    const { renderTemplate } = await import('../../report/go-template.ts');
    const text = `${renderTemplate(template, inspectView(found))}\n`;
    // Programs get what the image says.
    if (context.stdout.isTerminal) context.stdout.write(text);
    else context.stdout.stream.write(text);
    return 0;
  }
  const report = imageReport(found);
  await printReport(report, line, context, async (options) => {
    const { renderImage } = await import('../../report/render-image.ts');
    return renderImage(report, options);
  });
  return 0;
}
