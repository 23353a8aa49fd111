import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';

/** `podproof drift`: what a running pod wrote. */
export const drift: Command = {
  spec: {
    name: 'drift',
    summary: 'List what a running pod of the node wrote to its root file systems since it started.',
    usage: ['drift POD [-n NAMESPACE]'],
    options: [
      { name: 'namespace', short: 'n', value: 'NAME', description: 'of the pod (default: default)' },
      OUTPUT_OPTION,
    ],
    minOperands: 1,
    maxOperands: 1,
    notes: ['Exit code: 0 nothing was written; 1 something was.'],
  },
  run: async (line, context) => {
    const { readDrift } = await import('../up/read-drift.ts');
    const found = await readDrift(line.operands[0] ?? '', line.text('namespace') ?? 'default', context);
    await printReport(found, line, context, async (options) => {
      const { renderDrift } = await import('../../report/render-drift.ts');
      return renderDrift(found, options);
    });
    return found.containers.every(({ changes }) => changes.length === 0) ? EXIT.asWanted : EXIT.findings;
  },
};
