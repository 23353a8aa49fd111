/** The JSON of `podproof image REF -o json`. `config` is what `docker inspect` shows under `Config`. */
export interface ImageReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'ImageReport';
  readonly reference: string;
  readonly digest: string;
  readonly config: unknown;
  readonly identity: IdentityReport;
}

export interface IdentityReport {
  /** As the image says it; empty when it says nothing. */
  readonly user: string;
  /** Null when only the image's layers could tell and they are not at hand. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly groups: readonly number[];
  readonly numeric: boolean;
  readonly verifiableAsNonRoot: boolean;
  readonly from: string;
  /** What to write in the manifest when `runAsNonRoot` would refuse the image. */
  readonly advice?: string;
}
