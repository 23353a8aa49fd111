/** The one class that volumes are provisioned of: directories of this machine. It is the default. */
export const localStorageClass = 'podproof-local';
/** Who `pv.kubernetes.io/provisioned-by` names. */
export const localProvisioner = 'podproof.dev/local';
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';
export const claimFinalizer = 'kubernetes.io/pvc-protection';
export const volumeFinalizer = 'kubernetes.io/pv-protection';
