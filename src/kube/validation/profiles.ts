import type { FieldPath } from '../../core/field-path.ts';
import { invalid, notSupported, required, tooLong } from '../field-error.ts';
import type { AppArmorProfile, SeccompProfile } from '../pod.ts';
import { goInternal } from './go-internal.ts';
import { byteLength } from './names.ts';
import { checkDescending } from './paths.ts';
import type { Errors } from './rules.ts';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export function* validateSeccomp(profile: SeccompProfile | undefined, path: FieldPath): Errors {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  yield* checkType(type, 'seccompProfile', [...path, 'type']);
  const place = [...path, 'localhostProfile'];
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return;
    yield invalid(place, goInternal(profile), 'can only be set when seccomp type is Localhost');
  } else if (localhostProfile === undefined) {
    yield required(place, 'must be set when seccomp type is Localhost');
  } else {
    yield* checkDescending(localhostProfile, place);
  }
}

function* checkType(type: string, field: string, path: FieldPath): Errors {
  if (type === '') yield required(path, `type is required when ${field} is set`);
  else if (!TYPES.includes(type)) yield notSupported(path, type, TYPES);
}

/** PATH_MAX without the end of the string. */
const MAX_PROFILE_LENGTH = 4095;

export function* validateAppArmor(profile: AppArmorProfile | undefined, path: FieldPath): Errors {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  const place = [...path, 'localhostProfile'];
  if (type === 'Localhost') {
    yield* checkAppArmorName(localhostProfile, place);
  } else if (type !== 'RuntimeDefault' && type !== 'Unconfined') {
    yield* checkType(type, 'appArmorProfile', [...path, 'type']);
  } else if (localhostProfile !== undefined) {
    yield invalid(place, localhostProfile, 'can only be set when AppArmor type is Localhost');
  }
}

function* checkAppArmorName(name: string | undefined, path: FieldPath): Errors {
  if (name === undefined || name === '') {
    yield required(path, 'must be set when AppArmor type is Localhost');
    return;
  }
  if (name.trim() !== name) yield invalid(path, name, 'must not be padded with whitespace');
  if (byteLength(name) > MAX_PROFILE_LENGTH) yield tooLong(path, MAX_PROFILE_LENGTH);
}
