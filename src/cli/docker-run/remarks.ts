/** Collects what a translation has to say: problems refuse it, notes tell where the pod differs from Docker. */
export interface Remarks {
  problem(text: string): void;
  note(text: string): void;
}
