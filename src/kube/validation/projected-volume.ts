import type {
  ClusterTrustBundleProjection,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  VolumeProjection,
} from '../volume.ts';
import { validateDownwardApiFile } from './downward-api.ts';
import type { FieldErrors } from './field-errors.ts';
import { validateKeyToPath } from './key-to-path.ts';
import { checkNotReserved } from './paths.ts';
import type { Place } from './place.ts';
import { checkFileMode, each, requireText } from './rules.ts';

export function validateProjected(errors: FieldErrors, projected: ProjectedVolumeSource, place: Place): void {
  checkFileMode(errors, projected.defaultMode, place.at('defaultMode'));
  const volume: Volume = { place, taken: new Set() };
  each(projected.sources, place.at('sources'), (source, at) => {
    checkSource(errors, source, volume, at);
    if (Object.keys(source).length > 1) {
      errors.forbidden(at, 'may not specify more than 1 volume type per source');
    }
  });
}

interface Volume {
  readonly place: Place;
  /** The file names that earlier sources have. */
  readonly taken: Set<string>;
}

function checkSource(errors: FieldErrors, source: VolumeProjection, volume: Volume, place: Place): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  checkKeys(errors, secret, volume, place.at('secret'));
  checkKeys(errors, configMap, volume, place.at('configMap'));
  const files = place.at('downwardAPI');
  each(downwardAPI?.items, files.at('items'), (file, at) => {
    validateDownwardApiFile(errors, file, at.namedAs(files));
    takePath(errors, file.path, file.path, volume, at);
  });
  if (serviceAccountToken !== undefined) {
    checkToken(errors, serviceAccountToken, volume, place.at('serviceAccountToken'));
  }
  if (clusterTrustBundle !== undefined) {
    checkTrustBundle(errors, clusterTrustBundle, volume, place.at('clusterTrustBundle'));
  }
  if (podCertificate !== undefined) {
    checkCertificate(errors, podCertificate, volume, place.at('podCertificate'));
  }
}

interface Keys {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
}

function checkKeys(errors: FieldErrors, keys: Keys | undefined, volume: Volume, place: Place): void {
  if (keys === undefined) return;
  const { name = '', items } = keys;
  requireText(errors, name, place.at('name'));
  each(items, place.at('items'), (item, at) => {
    validateKeyToPath(errors, item, at);
    takePath(errors, item.path, name, volume, at);
  });
}

/** Upstream names the volume, and as the value the file, or the object that it comes from. */
function takePath(errors: FieldErrors, file: string, value: string, volume: Volume, place: Place): void {
  if (file === '') return;
  if (volume.taken.has(file)) {
    errors.invalid(place.namedAs(volume.place), value, 'conflicting duplicate paths');
  }
  volume.taken.add(file);
}

type Token = NonNullable<VolumeProjection['serviceAccountToken']>;

function checkToken(errors: FieldErrors, token: Token, volume: Volume, place: Place): void {
  const { path, expirationSeconds = 3600 } = token;
  const expiration = place.at('expirationSeconds');
  if (expirationSeconds < 600) {
    errors.invalid(expiration, expirationSeconds, 'may not specify a duration less than 10 minutes');
  }
  if (expirationSeconds > 2 ** 32) {
    errors.invalid(expiration, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
  // The path's errors name the volume, not the source.
  const pathPlace = place.at('path').namedAs(volume.place.at('path'));
  requireText(errors, path, pathPlace);
  checkNotReserved(errors, path, pathPlace);
}

function checkTrustBundle(
  errors: FieldErrors,
  bundle: ClusterTrustBundleProjection,
  volume: Volume,
  place: Place,
): void {
  const { name, signerName, labelSelector, path } = bundle;
  if (name !== undefined && signerName !== undefined) {
    errors.invalid(place, bundle, 'only one of name and signerName may be used');
  } else if (name !== undefined) {
    requireText(errors, name, place.at('name'), 'must be a valid object name');
    if (labelSelector !== undefined) {
      const detail = 'labelSelector must be unset if name is specified';
      errors.invalid(place.at('labelSelector'), labelSelector, detail);
    }
  } else if (signerName === undefined) {
    errors.required(place, 'either name or signerName must be specified');
  } else {
    requireText(errors, signerName, place.at('signerName'), 'must be a valid signer name');
  }
  requireText(errors, path, place.at('path'));
  checkNotReserved(errors, path, place.at('path'));
  takePath(errors, path, path, volume, place);
}

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];
const CERTIFICATE_FILES = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;

function checkCertificate(
  errors: FieldErrors,
  certificate: PodCertificateProjection,
  volume: Volume,
  place: Place,
): void {
  const { keyType = '', maxExpirationSeconds } = certificate;
  if (!KEY_TYPES.includes(keyType)) errors.notSupported(place.at('keyType'), keyType, KEY_TYPES);
  if (maxExpirationSeconds !== undefined && maxExpirationSeconds < 3600) {
    const detail = 'if provided, maxExpirationSeconds must be >= 3600';
    errors.invalid(place.at('maxExpirationSeconds'), maxExpirationSeconds, detail);
  }
  const files = CERTIFICATE_FILES.filter((it) => (certificate[it] ?? '') !== '');
  for (const field of files) {
    const file = certificate[field] ?? '';
    checkNotReserved(errors, file, place.at(field));
    takePath(errors, file, file, volume, place.at(field));
  }
  if (files.length === 0) {
    const detail = 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath';
    errors.required(place, detail);
  }
}
