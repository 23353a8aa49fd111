import type { MachineReport, MachineReportOptions } from '../runtime/machine-report.ts';

/**
 * What this machine has of what pods need, a row each: the kernel, the runtime, the monitor, network plugins, control groups;
 * and what it cannot prove. Starts programs to ask for their versions.
 */
export async function readMachineReport(options: MachineReportOptions): Promise<MachineReport> {
  const machine = await import('../runtime/machine-report.ts');
  return machine.readMachineReport(options);
}
