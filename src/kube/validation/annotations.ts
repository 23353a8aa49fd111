import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, invalid } from '../field-error.ts';
import type { AppArmorProfile, Pod } from '../pod.ts';
import { allContainers } from './all-containers.ts';
import type { Errors } from './rules.ts';

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** The old AppArmor annotations: they must name a container and a profile, and agree with the fields. */
export function* validateAppArmorAnnotations(pod: Pod): Errors {
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(([key]) =>
    key.startsWith(APPARMOR),
  );
  const containers = allContainers(pod.spec);
  for (const [key, value] of annotations) {
    const name = key.slice(APPARMOR.length);
    const path: FieldPath = ['metadata', 'annotations', key];
    const found = containers.find((it) => it.container.name === name);
    if (found === undefined) yield invalid(path, name, 'container not found');
    if (!isProfileName(value))
      yield invalid(path, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`);
    if (found === undefined || pod.spec.os?.name === 'windows') continue;
    const field =
      found.container.securityContext?.appArmorProfile ?? pod.spec.securityContext?.appArmorProfile;
    if (field !== undefined)
      yield* checkAgreement(value, field, [...found.path, 'securityContext', 'appArmorProfile']);
  }
}

function isProfileName(value: string): boolean {
  return (
    value === '' || value === 'runtime/default' || value === 'unconfined' || value.startsWith('localhost/')
  );
}

function* checkAgreement(annotation: string, profile: AppArmorProfile, path: FieldPath): Errors {
  const kinds: Readonly<Record<string, boolean>> = {
    Unconfined: annotation === 'unconfined',
    RuntimeDefault: annotation === 'runtime/default',
    Localhost: annotation.startsWith('localhost/'),
  };
  if (kinds[profile.type] === false) {
    yield forbidden([...path, 'type'], 'apparmor type in annotation and field must match');
  } else if (profile.type === 'Localhost' && annotation !== `localhost/${profile.localhostProfile ?? ''}`) {
    yield forbidden([...path, 'localhostProfile'], 'apparmor profile in annotation and field must match');
  }
}
