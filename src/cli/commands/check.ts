import os from 'node:os';
import { CHECK_OPTIONS } from '../check/check-options.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';

/** Each costs 60 MB, and reading files is what all of them wait for. */
const MAX_THREADS = 3;

/** `podproof check`: what to read, judge it, print it in every wanted form. */
export const check: Command = {
  spec: {
    name: 'check',
    summary: 'Predict what a cluster would do with these pods: admission, start, and as whom they run.',
    usage: ['check [FILE|DIR|-]...'],
    options: CHECK_OPTIONS,
    notes: [
      'Reads manifests, kustomizations, charts, Compose files and Dockerfiles; without an operand the paths',
      'of podproof.yaml, else standard input. No network is touched but with --images pull.',
      'Several outputs need files for all but one: -o text -o sarif=podproof.sarif',
      'Exit code, by the worst: 0 all would run; 1 a pod is denied; 2 bad input, or an object that the API',
      'server would refuse as invalid; 3 admitted, but would not start. --fail-on denied lets 3 pass,',
      '--fail-on warning makes warnings 1, --fail-on never leaves only what cannot be read.',
    ],
  },
  run: async (line, context) => {
    const [{ openThreads }, { readCheckPlan }, { parseOutputs }, { exitCodeFor }] = await Promise.all([
      import('../../check/reader-threads.ts'),
      import('../check/check-plan.ts'),
      import('../check/outputs.ts'),
      import('../../predict/exit-code.ts'),
    ]);
    const outputs = parseOutputs(line.list('output'));
    const threads = openThreads(Math.min(MAX_THREADS, os.availableParallelism() - 1));
    try {
      const plan = await readCheckPlan(line, context, threads);
      if (line.has('matrix') || line.has('diff-versions')) {
        const { printPolicyReport } = await import('../check/policy-reports.ts');
        return await printPolicyReport(plan, outputs, context);
      }
      const { writeCheck } = await import('../check/write-check.ts');
      const { summary } = await writeCheck(plan, outputs, threads, context);
      if (line.has('write-baseline') && summary.problems === 0) return EXIT.asWanted;
      return exitCodeFor(summary, plan.settings.failOn);
    } finally {
      await threads.close();
    }
  },
};
