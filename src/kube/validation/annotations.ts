import type { AppArmorProfile, Container, Pod } from '../pod.ts';
import { eachContainer } from './each-container.ts';
import type { FieldErrors } from './field-errors.ts';
import { METADATA, type Place } from './place.ts';

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** The old AppArmor annotations: they must name a container and a profile, and agree with the fields. */
export function validateAppArmorAnnotations(errors: FieldErrors, pod: Pod): void {
  const { annotations = {} } = pod.metadata;
  const keys = Object.keys(annotations).filter((it) => it.startsWith(APPARMOR));
  if (keys.length === 0) return;
  const containers = containersByName(pod);
  for (const key of keys) {
    const value = annotations[key] ?? '';
    const name = key.slice(APPARMOR.length);
    const place = METADATA.at('annotations').at(key);
    const found = containers.get(name);
    if (found === undefined) errors.invalid(place, name, 'container not found');
    if (!isProfileName(value)) {
      errors.invalid(place, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`);
    }
    if (found === undefined || pod.spec.os?.name === 'windows') continue;
    const field =
      found.container.securityContext?.appArmorProfile ?? pod.spec.securityContext?.appArmorProfile;
    if (field !== undefined) {
      checkAgreement(errors, value, field, found.place.at('securityContext').at('appArmorProfile'));
    }
  }
}

interface ContainerAt {
  readonly container: Container;
  readonly place: Place;
}

/** Of containers with the same name, the first. */
function containersByName(pod: Pod): ReadonlyMap<string, ContainerAt> {
  const containers = new Map<string, ContainerAt>();
  eachContainer(pod.spec, (container, place) => {
    if (!containers.has(container.name)) containers.set(container.name, { container, place });
  });
  return containers;
}

function isProfileName(value: string): boolean {
  return (
    value === '' || value === 'runtime/default' || value === 'unconfined' || value.startsWith('localhost/')
  );
}

function checkAgreement(
  errors: FieldErrors,
  annotation: string,
  profile: AppArmorProfile,
  place: Place,
): void {
  const { type, localhostProfile = '' } = profile;
  if (!isOfType(annotation, type)) {
    errors.forbidden(place.at('type'), 'apparmor type in annotation and field must match');
  } else if (type === 'Localhost' && annotation !== `localhost/${localhostProfile}`) {
    errors.forbidden(place.at('localhostProfile'), 'apparmor profile in annotation and field must match');
  }
}

/** A type that is none has been reported already. */
function isOfType(annotation: string, type: AppArmorProfile['type']): boolean {
  if (type === 'Unconfined') return annotation === 'unconfined';
  if (type === 'RuntimeDefault') return annotation === 'runtime/default';
  return type !== 'Localhost' || annotation.startsWith('localhost/');
}
