/** The `config` member of an OCI image configuration: what `docker inspect` shows under `Config`. */
export interface ContainerConfig {
  readonly User?: string;
  readonly Env?: readonly string[];
  readonly ExposedPorts?: Readonly<Record<string, unknown>>;
  readonly Volumes?: Readonly<Record<string, unknown>>;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
  /** Docker's: what a Dockerfile's instructions in shell form are run by. */
  readonly Shell?: readonly string[] | null;
  /** Docker's: instructions that a build runs first when it starts from this image. */
  readonly OnBuild?: readonly string[] | null;
}

/** An OCI image configuration (`application/vnd.oci.image.config.v1+json`). */
export interface ImageConfig {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  readonly config: ContainerConfig;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
}

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
}

export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

/** The accounts that an image brings: its /etc/passwd and /etc/group, as the top-most layer has them. */
export interface ImageAccounts {
  readonly passwd: readonly PasswdEntry[];
  readonly group: readonly GroupEntry[];
}

/** What is known of an image without running it. */
export interface Image {
  /** As the user wrote it. */
  readonly reference: string;
  /** Digest of the manifest, `sha256:...`. */
  readonly digest: string;
  readonly config: ImageConfig;
  /** Undefined when the layers are not at hand: then a user's name, its gid and its groups cannot be known. */
  readonly accounts: ImageAccounts | undefined;
}

/** An image whose layers are unpacked in the store, ready to be the lower layers of a root file system. */
export interface UnpackedImage extends Image {
  readonly accounts: ImageAccounts;
  /** Absolute paths of the unpacked layers, top-most first: the order of overlay's `lowerdir`. */
  readonly layerDirs: readonly string[];
}
