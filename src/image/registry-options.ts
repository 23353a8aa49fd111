/** Runs a Docker credential helper (`docker-credential-NAME get`) with a text on its stdin; resolves to its stdout. */
export type RunHelper = (program: string, args: readonly string[], stdin: string) => Promise<string>;

export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity-token'; readonly token: string };

/** Who to be at one registry; told to no other host. */
export interface RegistryCredentials {
  /** As in a reference: `docker.io`, `localhost:5000`. */
  readonly host: string;
  readonly credentials: Credentials;
}

/** How registries are reached; everything may be left out. */
export interface RegistryOptions {
  /** Hosts to ask before the one of the reference, in this order: `{ 'docker.io': ['mirror.example:5000'] }`. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Registries without TLS. Those on this machine's loopback need not be listed. */
  readonly insecureRegistries?: readonly string[];
  /** Docker's `config.json` with credentials; a missing file means none. */
  readonly dockerConfigPath?: string;
  readonly runHelper?: RunHelper;
  /** Asked before Docker's `config.json`. */
  readonly credentials?: RegistryCredentials;
  readonly headerTimeoutMs?: number;
  /** The longest pause within an answer. */
  readonly stallTimeoutMs?: number;
  readonly attempts?: number;
  readonly firstRetryDelayMs?: number;
  readonly signal?: AbortSignal;
}
