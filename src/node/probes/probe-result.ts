/** What one attempt of a probe found, with the text that the kubelet would put into its event. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly output: string;
  /** The probe itself failed: it is told, and counts neither for nor against the container. */
  readonly isUnknown?: true;
}
