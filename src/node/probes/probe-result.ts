/** What one attempt of a probe found, with the text that the kubelet would put into its event. */
export interface ProbeResult {
  readonly ok: boolean;
  readonly output: string;
}
