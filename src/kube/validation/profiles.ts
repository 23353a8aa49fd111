import type { AppArmorProfile, SeccompProfile } from '../pod.ts';
import type { FieldErrors } from './field-errors.ts';
import { goInternal } from './go-internal.ts';
import { byteLength } from './names.ts';
import { checkDescending } from './paths.ts';
import type { Place } from './place.ts';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

export function validateSeccomp(
  errors: FieldErrors,
  profile: SeccompProfile | undefined,
  place: Place,
): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  checkType(errors, type, 'seccompProfile', place);
  const namePlace = place.at('localhostProfile');
  if (type !== 'Localhost') {
    if (localhostProfile === undefined) return;
    errors.invalid(namePlace, goInternal(profile), 'can only be set when seccomp type is Localhost');
  } else if (localhostProfile === undefined) {
    errors.required(namePlace, 'must be set when seccomp type is Localhost');
  } else {
    checkDescending(errors, localhostProfile, namePlace);
  }
}

function checkType(errors: FieldErrors, type: string, field: string, place: Place): void {
  if (type === '') errors.required(place.at('type'), `type is required when ${field} is set`);
  else if (!TYPES.includes(type)) errors.notSupported(place.at('type'), type, TYPES);
}

/** PATH_MAX without the end of the string. */
const MAX_PROFILE_LENGTH = 4095;

export function validateAppArmor(
  errors: FieldErrors,
  profile: AppArmorProfile | undefined,
  place: Place,
): void {
  if (profile === undefined) return;
  const { type, localhostProfile } = profile;
  const namePlace = place.at('localhostProfile');
  if (type === 'Localhost') {
    checkAppArmorName(errors, localhostProfile, namePlace);
  } else if (type !== 'RuntimeDefault' && type !== 'Unconfined') {
    checkType(errors, type, 'appArmorProfile', place);
  } else if (localhostProfile !== undefined) {
    errors.invalid(namePlace, localhostProfile, 'can only be set when AppArmor type is Localhost');
  }
}

function checkAppArmorName(errors: FieldErrors, name: string | undefined, place: Place): void {
  if (name === undefined || name === '') {
    errors.required(place, 'must be set when AppArmor type is Localhost');
    return;
  }
  if (name.trim() !== name) errors.invalid(place, name, 'must not be padded with whitespace');
  if (byteLength(name) > MAX_PROFILE_LENGTH) errors.tooLong(place, MAX_PROFILE_LENGTH);
}
