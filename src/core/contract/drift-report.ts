/** The JSON of `podproof drift -o json`. Stable like `CheckReport`. */
export interface DriftReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'DriftReport';
  readonly namespace: string;
  readonly pod: string;
  readonly containers: readonly ContainerDrift[];
}

/** What one container wrote to its root file system since it started. */
export interface ContainerDrift {
  readonly name: string;
  readonly changes: readonly DriftChange[];
  /** True when there were more changes than are listed. */
  readonly truncated: boolean;
}

export interface DriftChange {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
  readonly type: 'file' | 'directory' | 'symlink' | 'other';
  /** A file that can be executed and was not in the image as it is now. */
  readonly executable: boolean;
  readonly sizeBytes: number;
  /** Mode bits in octal, as `stat` prints them. */
  readonly mode: string;
  /** As the container's own processes see it. */
  readonly uid: number;
}
