import { PODPROOF_VERSION } from '../../core/version.ts';
import type { Command } from '../command.ts';
import { OUTPUT_OPTION, PROFILE_OPTION } from '../global-options.ts';
import { printReport } from '../print-report.ts';
import { profileOf } from '../profile.ts';

/** `podproof version`: what speaks here, and with what it would run. */
export const version: Command = {
  spec: {
    name: 'version',
    summary: 'Versions of podproof, of the Kubernetes that it speaks, and of the runtime that it would use.',
    usage: ['version'],
    options: [PROFILE_OPTION, OUTPUT_OPTION],
    maxOperands: 0,
  },
  run: async (line, context) => {
    const { KUBERNETES_VERSION } = await import('../../core/kubernetes-version.ts');
    const { readMachineReport } = await import('../../runtime/machine-report.ts');
    const { rootLayout } = await import('../../runtime/layout.ts');
    const { rows: programs } = await readMachineReport({ libDir: rootLayout(context.root).libDir });
    const versionOf = (name: string): string =>
      programs.find((program) => program.name === name)?.version ?? 'not installed';
    const report = {
      apiVersion: 'podproof.dev/v1',
      kind: 'VersionReport',
      podproof: PODPROOF_VERSION,
      kubernetes: KUBERNETES_VERSION,
      profile: profileOf(line),
      runc: versionOf('runc'),
      conmon: versionOf('conmon'),
      node: process.versions.node,
    };
    await printReport(report, line, context, async (options) => {
      const { renderRows } = await import('../../report/columns.ts');
      const rows = [
        { cells: ['podproof', report.podproof] },
        { cells: ['Kubernetes', `${report.kubernetes} texts and defaults`] },
        { cells: ['profile', report.profile] },
        { cells: ['runc', report.runc] },
        { cells: ['conmon', report.conmon] },
        { cells: ['Node.js', report.node] },
      ];
      return `${renderRows(rows, 0, options).join('\n')}\n`;
    });
    return 0;
  },
};
