import type { Volume, VolumeMount } from '../../kube/pod.ts';
import type { DockerFlags } from './docker-flags.ts';
import { parseDockerSize } from './docker-size.ts';
import type { Remarks } from './remarks.ts';

export interface TranslatedVolumes {
  readonly volumes: readonly Volume[];
  readonly mounts: readonly VolumeMount[];
}

interface TranslatedVolume {
  readonly source: Omit<Volume, 'name'>;
  readonly mount: Omit<VolumeMount, 'name'>;
}

/** `-v` and `--tmpfs` as volumes named `v0`, `v1`, ...; what a pod cannot say is a problem. */
export function translateVolumes(flags: DockerFlags, remarks: Remarks): TranslatedVolumes {
  const translated = [
    ...flags.volumes.map((volume) => translateVolume(volume, remarks)),
    ...flags.tmpfs.map((tmpfs) => translateTmpfs(tmpfs, remarks)),
  ].filter((volume) => volume !== undefined);
  const named = translated.map((volume, index) => ({ ...volume, name: `v${index}` }));
  return {
    volumes: named.map(({ name, source }) => ({ name, ...source })),
    mounts: named.map(({ name, mount }) => ({ name, ...mount })),
  };
}

const PROPAGATION: Readonly<Record<string, NonNullable<VolumeMount['mountPropagation']>>> = {
  rprivate: 'None',
  private: 'None',
  rslave: 'HostToContainer',
  slave: 'HostToContainer',
  rshared: 'Bidirectional',
  shared: 'Bidirectional',
};

/** Without effect on Linux without SELinux; Docker takes them as well. */
const WITHOUT_EFFECT = ['rw', 'cached', 'delegated', 'consistent'];

function translateVolume(text: string, remarks: Remarks): TranslatedVolume | undefined {
  const parts = text.split(':');
  const [first = '', second, options, ...rest] = parts;
  const refuse = (why: string): undefined => {
    remarks.problem(`-v ${text}: ${why}`);
    return undefined;
  };
  if (rest.length > 0) return refuse('it is HOST:PATH or HOST:PATH:OPTIONS');
  if (second === undefined) {
    if (!first.startsWith('/')) return refuse('the path in the container must be absolute');
    remarks.note(`-v ${text}: the volume starts empty; Docker copies what the image has there`);
    return { source: { emptyDir: {} }, mount: { mountPath: first } };
  }
  if (!first.startsWith('/'))
    return refuse('a named volume has no counterpart in a pod; give an absolute host path');
  if (!second.startsWith('/')) return refuse('the path in the container must be absolute');
  let readOnly = false;
  let mountPropagation: VolumeMount['mountPropagation'];
  for (const option of options?.split(',') ?? []) {
    if (option === 'ro') readOnly = true;
    else if (option in PROPAGATION) mountPropagation = PROPAGATION[option];
    else if (option === 'z' || option === 'Z') remarks.note(`-v ${text}: nothing is relabelled for SELinux`);
    else if (!WITHOUT_EFFECT.includes(option)) return refuse(`a pod has no volume option "${option}"`);
  }
  return {
    // Without a type a missing path is made as a directory, as Docker does.
    source: { hostPath: { path: first } },
    mount: {
      mountPath: second,
      ...(readOnly && { readOnly }),
      ...(mountPropagation !== undefined && { mountPropagation }),
    },
  };
}

function translateTmpfs(text: string, remarks: Remarks): TranslatedVolume | undefined {
  const colon = text.indexOf(':');
  const path = colon < 0 ? text : text.slice(0, colon);
  const options = colon < 0 ? [] : text.slice(colon + 1).split(',');
  const refuse = (why: string): undefined => {
    remarks.problem(`--tmpfs ${text}: ${why}`);
    return undefined;
  };
  if (!path.startsWith('/')) return refuse('the path in the container must be absolute');
  let sizeLimit: string | undefined;
  let readOnly = false;
  for (const option of options) {
    const [name, value = ''] = option.split('=');
    if (name === 'size') {
      sizeLimit = parseDockerSize(value);
      if (sizeLimit === undefined) return refuse(`"${value}" is not a size like 64m`);
    } else if (name === 'ro') readOnly = true;
    else if (!['rw', 'exec', 'suid', 'dev', ''].includes(name ?? '')) {
      return refuse(`an emptyDir in memory cannot be mounted with "${option}"`);
    }
  }
  if (!options.includes('exec')) {
    remarks.note(`--tmpfs ${path}: Docker mounts it noexec; from an emptyDir in memory programs can be run`);
  }
  return {
    source: { emptyDir: { medium: 'Memory', ...(sizeLimit !== undefined && { sizeLimit }) } },
    mount: { mountPath: path, ...(readOnly && { readOnly }) },
  };
}
