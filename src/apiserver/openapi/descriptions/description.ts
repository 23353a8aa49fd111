/** What `kubectl explain` tells of a type and of its fields. */
export interface Description {
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** By the name of a type after its group and version: `PodSpec`. */
export type Descriptions = Readonly<Record<string, Description>>;
