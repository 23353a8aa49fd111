import type { DoctorReport } from '../../core/contract/doctor-report.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { OUTPUT_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';

/** `podproof doctor`: look at this machine, print. */
export const doctor: Command = {
  spec: {
    name: 'doctor',
    summary: 'What this machine can and cannot prove, and how to fix it.',
    usage: ['doctor'],
    options: [{ name: 'runtime', value: 'PATH', description: 'OCI runtime (default: runc)' }, OUTPUT_OPTION],
    maxOperands: 0,
    notes: ['Exit code: 0 pods can run here; 4 they cannot.'],
  },
  run: async (line, context) => {
    const [{ readMachineReport }, { rootLayout }] = await Promise.all([
      import('../../runtime/machine-report.ts'),
      import('../../runtime/layout.ts'),
    ]);
    const { libDir } = rootLayout(context.root);
    const machine = await readMachineReport({ runtime: line.text('runtime'), libDir });
    const report: DoctorReport = { apiVersion: 'podproof.dev/v1', kind: 'DoctorReport', ...machine };
    await printReport(report, line, context, async (options) => {
      const { renderDoctor } = await import('../../report/render-doctor.ts');
      return renderDoctor(report, options);
    });
    return report.ready ? EXIT.asWanted : EXIT.machine;
  },
};
