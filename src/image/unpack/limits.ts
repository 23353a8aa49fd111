/** How much one layer may unpack to: what turns a bomb into an error. All of them can be configured. */
export interface UnpackLimits {
  readonly entries: number;
  readonly unpackedBytes: number;
  /** Unpacked bytes for each byte of the blob; only looked at above `ratioFromBytes`. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  entries: 1_000_000,
  unpackedBytes: 32 * 1024 ** 3,
  ratio: 200,
  ratioFromBytes: 256 * 1024 ** 2,
};
