/** The JSON of `podproof doctor -o json`: what this machine can and cannot prove. Stable like `CheckReport`. */
export interface DoctorReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'DoctorReport';
  /** Pods can run here. */
  readonly ready: boolean;
  readonly warnings: number;
  readonly rows: readonly DoctorRow[];
}

/** One thing that pods need of a machine. */
export interface DoctorRow {
  /** `kernel`, `runc`, `cannot prove`. */
  readonly name: string;
  readonly version?: string;
  /** What was found. */
  readonly lines: readonly string[];
  /** `missing`: no pod can run without it. */
  readonly status: 'ok' | 'warning' | 'missing';
  readonly advice?: string;
}
