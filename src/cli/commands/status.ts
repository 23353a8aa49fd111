import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';

/** `podproof status`: whether the node runs, where, and what its pods are. */
export const status: Command = {
  spec: {
    name: 'status',
    summary: 'Tell whether the node runs, where, and how its pods are.',
    usage: ['status [OPTION]...'],
    options: [OUTPUT_OPTION],
    maxOperands: 0,
    notes: ['Exit code 0 when the node runs and answers, 1 when it does not.'],
  },
  run: async (line, context) => {
    const { nodeReport } = await import('../up/node-report.ts');
    const report = await nodeReport(context);
    await printReport(report, line, context, async (options) => {
      const { renderStatus } = await import('../../report/render-node.ts');
      return renderStatus(report, options);
    });
    return report.running ? EXIT.asWanted : EXIT.findings;
  },
};
