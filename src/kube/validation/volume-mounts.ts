import type { Container, Volume, VolumeMount } from '../pod.ts';
import type { FieldErrors } from './field-errors.ts';
import { checkDescending, hasBacksteps } from './paths.ts';
import type { Place } from './place.ts';
import { checkSupported, each, requireText } from './rules.ts';

/** The volumes of a pod by name. */
export type Volumes = ReadonlyMap<string, Volume>;

export function validateVolumeMounts(
  errors: FieldErrors,
  container: Container,
  volumes: Volumes,
  list: Place,
): void {
  const { volumeMounts, volumeDevices = [] } = container;
  if (volumeMounts === undefined) return;
  const mountPaths = new Set<string>();
  const deviceNames = new Set(volumeDevices.map((it) => it.name));
  const devicePaths = new Set(volumeDevices.map((it) => it.devicePath));
  each(volumeMounts, list, (mount, place) => {
    const { name, mountPath } = mount;
    requireText(errors, name, place.at('name'));
    if (!volumes.has(name)) errors.notFound(place.at('name'), name);
    requireText(errors, mountPath, place.at('mountPath'));
    if (mountPaths.has(mountPath)) errors.invalid(place.at('mountPath'), mountPath, 'must be unique');
    mountPaths.add(mountPath);
    if (deviceNames.has(name)) {
      errors.invalid(place.at('name'), name, 'must not already exist in volumeDevices');
    }
    if (devicePaths.has(mountPath)) {
      const detail = 'must not already exist as a path in volumeDevices';
      errors.invalid(place.at('mountPath'), mountPath, detail);
    }
    // Upstream's paths of these lack the mount's position.
    const unnumbered = place.namedAs(list);
    checkSubPaths(errors, mount, unnumbered, place);
    checkPropagation(errors, mount, container, unnumbered.at('mountPropagation'));
    checkRecursiveReadOnly(errors, mount, unnumbered.at('recursiveReadOnly'));
  });
}

function checkSubPaths(errors: FieldErrors, mount: VolumeMount, unnumbered: Place, place: Place): void {
  const { subPath = '', subPathExpr = '' } = mount;
  checkDescending(errors, subPath, unnumbered.at('subPath'));
  if (subPathExpr === '') return;
  if (subPath !== '') {
    const detail = 'subPathExpr and subPath are mutually exclusive';
    errors.invalid(place.at('subPathExpr'), subPathExpr, detail);
  }
  checkDescending(errors, subPathExpr, unnumbered.at('subPathExpr'));
}

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];

function checkPropagation(
  errors: FieldErrors,
  { mountPropagation }: VolumeMount,
  { securityContext }: Container,
  place: Place,
): void {
  checkSupported(errors, mountPropagation, PROPAGATIONS, place);
  if (mountPropagation === 'Bidirectional' && securityContext?.privileged !== true) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.forbidden(place, detail);
  }
}

const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

function checkRecursiveReadOnly(errors: FieldErrors, mount: VolumeMount, place: Place): void {
  const { recursiveReadOnly, mountPropagation = 'None', readOnly } = mount;
  checkSupported(errors, recursiveReadOnly, RECURSIVE_READ_ONLY, place);
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') return;
  if (readOnly !== true) errors.forbidden(place, 'may only be specified when readOnly is true');
  if (mountPropagation !== 'None') {
    errors.forbidden(place, 'may only be specified when mountPropagation is None or not specified');
  }
}

export function validateVolumeDevices(
  errors: FieldErrors,
  container: Container,
  volumes: Volumes,
  list: Place,
): void {
  const { volumeMounts = [], volumeDevices } = container;
  if (volumeDevices === undefined) return;
  const names = new Set<string>();
  const paths = new Set<string>();
  const mountNames = new Set(volumeMounts.map((it) => it.name));
  const mountPaths = new Set(volumeMounts.map((it) => it.mountPath));
  each(volumeDevices, list, ({ name, devicePath }, place) => {
    const namePlace = place.at('name');
    const pathPlace = place.at('devicePath');
    requireText(errors, name, namePlace);
    if (names.has(name)) errors.invalid(namePlace, name, 'must be unique');
    checkDeviceVolume(errors, name, volumes.get(name), namePlace);
    requireText(errors, devicePath, pathPlace);
    if (paths.has(devicePath)) errors.invalid(pathPlace, devicePath, 'must be unique');
    if (hasBacksteps(devicePath)) {
      errors.invalid(pathPlace, devicePath, "can not contain backsteps ('..')");
    }
    if (mountNames.has(name)) {
      errors.invalid(namePlace, name, 'must not already exist in volumeMounts');
    }
    if (mountPaths.has(devicePath)) {
      errors.invalid(pathPlace, devicePath, 'must not already exist as a path in volumeMounts');
    }
    names.add(name);
    paths.add(devicePath);
  });
}

function checkDeviceVolume(
  errors: FieldErrors,
  name: string,
  volume: Volume | undefined,
  place: Place,
): void {
  if (volume === undefined) {
    errors.notFound(place, name);
  } else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.invalid(place, name, detail);
  }
}
