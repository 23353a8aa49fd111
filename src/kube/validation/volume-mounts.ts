import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, invalid, notFound, notSupported, required } from '../field-error.ts';
import type { Container, Volume, VolumeMount } from '../pod.ts';
import { checkDescending } from './paths.ts';
import { checkSupported, type Errors, each, requireText } from './rules.ts';

/** The volumes of a pod by name. */
export type Volumes = ReadonlyMap<string, Volume>;

export function* validateVolumeMounts(container: Container, volumes: Volumes, path: FieldPath): Errors {
  const mountPaths = new Set<string>();
  const devices = container.volumeDevices ?? [];
  for (const [mount, place] of each(container.volumeMounts, path)) {
    const { name, mountPath } = mount;
    yield* requireText(name, [...place, 'name']);
    if (!volumes.has(name)) yield notFound([...place, 'name'], name);
    yield* requireText(mountPath, [...place, 'mountPath']);
    if (mountPaths.has(mountPath)) yield invalid([...place, 'mountPath'], mountPath, 'must be unique');
    mountPaths.add(mountPath);
    if (devices.some((it) => it.name === name)) {
      yield invalid([...place, 'name'], name, 'must not already exist in volumeDevices');
    }
    if (devices.some((it) => it.devicePath === mountPath)) {
      yield invalid([...place, 'mountPath'], mountPath, 'must not already exist as a path in volumeDevices');
    }
    yield* checkSubPaths(mount, path, place);
    yield* checkPropagation(mount, container, path, place);
    yield* checkRecursiveReadOnly(mount, path, place);
  }
}

/** Upstream's paths of these lack the mount's position. */
function* checkSubPaths(mount: VolumeMount, list: FieldPath, place: FieldPath): Errors {
  const { subPath = '', subPathExpr = '' } = mount;
  yield* seenAt(checkDescending(subPath, [...list, 'subPath']), [...place, 'subPath']);
  if (subPathExpr === '') return;
  if (subPath !== '') {
    yield invalid([...place, 'subPathExpr'], subPathExpr, 'subPathExpr and subPath are mutually exclusive');
  }
  yield* seenAt(checkDescending(subPathExpr, [...list, 'subPathExpr']), [...place, 'subPathExpr']);
}

function* seenAt(errors: Errors, at: FieldPath): Errors {
  for (const error of errors) yield { ...error, at };
}

function* checkPropagation(
  mount: VolumeMount,
  container: Container,
  list: FieldPath,
  place: FieldPath,
): Errors {
  const path = [...list, 'mountPropagation'];
  const at = [...place, 'mountPropagation'];
  yield* seenAt(
    checkSupported(mount.mountPropagation, ['Bidirectional', 'HostToContainer', 'None'], path),
    at,
  );
  if (mount.mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    yield { ...forbidden(path, detail), at };
  }
}

function* checkRecursiveReadOnly(mount: VolumeMount, list: FieldPath, place: FieldPath): Errors {
  const { recursiveReadOnly, mountPropagation = 'None' } = mount;
  const path = [...list, 'recursiveReadOnly'];
  const at = [...place, 'recursiveReadOnly'];
  if (recursiveReadOnly === undefined || recursiveReadOnly === 'Disabled') return;
  if (recursiveReadOnly !== 'Enabled' && recursiveReadOnly !== 'IfPossible') {
    yield { ...notSupported(path, recursiveReadOnly, ['Disabled', 'Enabled', 'IfPossible']), at };
    return;
  }
  if (mount.readOnly !== true)
    yield { ...forbidden(path, 'may only be specified when readOnly is true'), at };
  if (mountPropagation !== 'None') {
    yield { ...forbidden(path, 'may only be specified when mountPropagation is None or not specified'), at };
  }
}

export function* validateVolumeDevices(container: Container, volumes: Volumes, path: FieldPath): Errors {
  const names = new Set<string>();
  const paths = new Set<string>();
  const mounts = container.volumeMounts ?? [];
  for (const [{ name, devicePath }, place] of each(container.volumeDevices, path)) {
    const namePath = [...place, 'name'];
    const pathPath = [...place, 'devicePath'];
    const volume = volumes.get(name);
    if (name === '') yield required(namePath);
    if (names.has(name)) yield invalid(namePath, name, 'must be unique');
    if (volume === undefined) yield notFound(namePath, name);
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      yield invalid(namePath, name, detail);
    }
    if (devicePath === '') yield required(pathPath);
    if (paths.has(devicePath)) yield invalid(pathPath, devicePath, 'must be unique');
    if (devicePath.split('/').includes('..')) {
      yield invalid(pathPath, devicePath, "can not contain backsteps ('..')");
    }
    if (mounts.some((it) => it.name === name)) {
      yield invalid(namePath, name, 'must not already exist in volumeMounts');
    }
    if (mounts.some((it) => it.mountPath === devicePath)) {
      yield invalid(pathPath, devicePath, 'must not already exist as a path in volumeMounts');
    }
    names.add(name);
    paths.add(devicePath);
  }
}
