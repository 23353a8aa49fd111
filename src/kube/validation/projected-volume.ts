import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../field-error.ts';
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
  ProjectedVolumeSource,
  VolumeProjection,
} from '../volume.ts';
import { validateDownwardApiFile } from './downward-api.ts';
import { validateKeyToPath } from './key-to-path.ts';
import { checkNotReserved } from './paths.ts';
import { checkFileMode, type Errors, each, requireText } from './rules.ts';

export function* validateProjected(projected: ProjectedVolumeSource, path: FieldPath): Errors {
  yield* checkFileMode(projected.defaultMode, [...path, 'defaultMode']);
  const taken = new Set<string>();
  for (const [source, place] of each(projected.sources, [...path, 'sources'])) {
    yield* checkSource(source, place, { path, taken });
    if (Object.keys(source).length > 1) {
      yield forbidden(place, 'may not specify more than 1 volume type per source');
    }
  }
}

interface Volume {
  readonly path: FieldPath;
  /** The file names that earlier sources have. */
  readonly taken: Set<string>;
}

function* checkSource(source: VolumeProjection, path: FieldPath, volume: Volume): Errors {
  for (const kind of ['secret', 'configMap'] as const) {
    const keys = source[kind];
    if (keys === undefined) continue;
    yield* requireText(keys.name, [...path, kind, 'name']);
    for (const [item, place] of each(keys.items, [...path, kind, 'items'])) {
      yield* validateKeyToPath(item, place);
      yield* takePath(item.path, keys.name ?? '', place, volume);
    }
  }
  for (const [file, place] of each(source.downwardAPI?.items, [...path, 'downwardAPI', 'items'])) {
    yield* validateDownwardApiFile(file, [...path, 'downwardAPI'], place);
    yield* takePath(file.path, file.path, place, volume);
  }
  if (source.serviceAccountToken !== undefined) yield* checkToken(source.serviceAccountToken, path, volume);
  if (source.clusterTrustBundle !== undefined)
    yield* checkTrustBundle(source.clusterTrustBundle, path, volume);
  if (source.podCertificate !== undefined) yield* checkCertificate(source.podCertificate, path, volume);
}

function* takePath(file: string, value: string, at: FieldPath, volume: Volume): Errors {
  if (file === '') return;
  if (volume.taken.has(file)) yield { ...invalid(volume.path, value, 'conflicting duplicate paths'), at };
  volume.taken.add(file);
}

type Token = NonNullable<VolumeProjection['serviceAccountToken']>;

/** The path's errors name the volume, not the source. */
function* checkToken(token: Token, path: FieldPath, volume: Volume): Errors {
  const place = [...path, 'serviceAccountToken', 'expirationSeconds'];
  const { expirationSeconds = 3600 } = token;
  if (expirationSeconds < 600) {
    yield invalid(place, expirationSeconds, 'may not specify a duration less than 10 minutes');
  }
  if (expirationSeconds > 2 ** 32) {
    yield invalid(place, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  }
  const named = [...volume.path, 'path'];
  const at = [...path, 'serviceAccountToken', 'path'];
  if (token.path === '') yield { ...required(named), at };
  for (const error of checkNotReserved(token.path, named)) yield { ...error, at };
}

function* checkTrustBundle(bundle: ClusterTrustBundleProjection, source: FieldPath, volume: Volume): Errors {
  const path = [...source, 'clusterTrustBundle'];
  const { name, signerName, labelSelector } = bundle;
  if (name !== undefined && signerName !== undefined) {
    yield invalid(path, bundle, 'only one of name and signerName may be used');
  } else if (name !== undefined) {
    yield* requireText(name, [...path, 'name'], 'must be a valid object name');
    if (labelSelector !== undefined) {
      yield invalid(
        [...path, 'labelSelector'],
        labelSelector,
        'labelSelector must be unset if name is specified',
      );
    }
  } else if (signerName === undefined) {
    yield required(path, 'either name or signerName must be specified');
  } else {
    yield* requireText(signerName, [...path, 'signerName'], 'must be a valid signer name');
  }
  yield* requireText(bundle.path, [...path, 'path']);
  yield* checkNotReserved(bundle.path, [...path, 'path']);
  yield* takePath(bundle.path, bundle.path, path, volume);
}

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];

function* checkCertificate(certificate: PodCertificateProjection, source: FieldPath, volume: Volume): Errors {
  const path = [...source, 'podCertificate'];
  const { keyType = '', maxExpirationSeconds } = certificate;
  if (!KEY_TYPES.includes(keyType)) yield notSupported([...path, 'keyType'], keyType, KEY_TYPES);
  if (maxExpirationSeconds !== undefined && maxExpirationSeconds < 3600) {
    const detail = 'if provided, maxExpirationSeconds must be >= 3600';
    yield invalid([...path, 'maxExpirationSeconds'], maxExpirationSeconds, detail);
  }
  const files = (['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const).filter(
    (it) => (certificate[it] ?? '') !== '',
  );
  for (const field of files) {
    const file = certificate[field] ?? '';
    yield* checkNotReserved(file, [...path, field]);
    yield* takePath(file, file, [...path, field], volume);
  }
  if (files.length === 0) {
    yield required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath');
  }
}
