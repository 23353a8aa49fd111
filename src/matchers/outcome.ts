/** What a manifest comes to for one object, or one container of it. */
export interface Outcome {
  /** `Deployment default/web`; `Deployment default/web, container "c"`. */
  readonly subject: string;
  /** Undefined when nobody can know: what it depends on was not told. */
  readonly holds: boolean | undefined;
  /** What it was judged by: `restricted:v1.36`. */
  readonly by?: string;
  readonly complaints: readonly Complaint[];
}

/** Why it does not hold, or cannot be known. */
export interface Complaint {
  /** The sentence that a cluster prints. */
  readonly message: string;
  readonly remedies: readonly Remedy[];
}

/** What to write, and where. */
export interface Remedy {
  /** Empty where the complaint says it all. */
  readonly advice: string;
  readonly line?: number | undefined;
  readonly field?: string | undefined;
}
