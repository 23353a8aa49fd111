import { type MappingNode, nodeAt } from '../../manifest/node.ts';
import { CONTAINER, type Read, type ServiceDraft, type ServicePath } from '../service-draft.ts';
import { parseComposeSize } from './translate-resources.ts';

const VOLUMES = ['spec', 'volumes'];
const MOUNTS = [...CONTAINER, 'volumeMounts'];
const DOCKER_SOCKET = '/var/run/docker.sock';

/**
 * What a service mounts: `volumes`, `tmpfs`, `shm_size`, `secrets`, `configs`, `use_api_socket`, `volumes_from`. A path of
 * the host is a hostPath, a named volume a claim, one without a name an emptyDir. `project` is the file's root, whose
 * `volumes` may say that a named volume is a path of the host after all.
 */
export function translateVolumes(draft: ServiceDraft, project: MappingNode): void {
  for (const { value, at } of draft.items(['volumes'])) {
    if (value.kind === 'mapping') longVolume(draft, at, project);
    else if (value.kind === 'scalar') shortVolume(draft, { value: String(value.value ?? ''), at }, project);
    else draft.wrongType(at, 'a text or a mapping', value);
  }
  for (const tmpfs of draft.texts(['tmpfs'], 'text')) shortTmpfs(draft, tmpfs);
  sharedMemory(draft);
  for (const field of ['secrets', 'configs'] as const) {
    for (const { value, at } of draft.items([field])) grant(draft, field, value.kind === 'mapping', at);
  }
  if (draft.flag('use_api_socket')) {
    const at = ['use_api_socket'];
    mount(draft, {
      source: { hostPath: { path: DOCKER_SOCKET } },
      target: DOCKER_SOCKET,
      name: DOCKER_SOCKET,
      at,
    });
  }
  for (const { value, at } of draft.texts(['volumes_from'])) {
    const message = `mounts the volumes of "${value.slice(0, 60)}": which ones, this service does not say, so they are not judged`;
    draft.tell({ severity: 'warning', code: 'compose-no-counterpart', message }, at);
  }
}

interface Mount {
  /** The pod's volume without its name. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly target: string;
  /** What the volume is named after. */
  readonly name: string;
  readonly at: ServicePath;
  readonly more?: Readonly<Record<string, unknown>>;
}

function mount(draft: ServiceDraft, { source, target, name: text, at, more = {} }: Mount): void {
  const name = draft.volumeName(text);
  draft.append(VOLUMES, { name, ...source }, at);
  draft.append(MOUNTS, { name, mountPath: target, ...more }, at);
}

const PROPAGATION: Readonly<Record<string, string>> = {
  rprivate: 'None',
  private: 'None',
  rslave: 'HostToContainer',
  slave: 'HostToContainer',
  rshared: 'Bidirectional',
  shared: 'Bidirectional',
};

/** `[SOURCE:]TARGET[:OPTIONS]`. */
function shortVolume(draft: ServiceDraft, { value, at }: Read<string>, project: MappingNode): void {
  // A drive of Windows has a colon of its own.
  const [, drive = '', rest = ''] = /^([A-Za-z]:(?=[\\/]))?(.*)$/s.exec(value) ?? [];
  const [first = '', second, ...options] = rest.split(':');
  if (second === undefined && drive === '') {
    mount(draft, { source: { emptyDir: {} }, target: first, name: first, at });
    return;
  }
  const source = drive + first;
  const target = second ?? '';
  if (target === '') {
    draft.problem(at, `cannot be "${value.slice(0, 60)}": it is [SOURCE:]TARGET[:OPTIONS]`);
    return;
  }
  const words = options.join(':').split(',');
  const mountPropagation = words.map((word) => propagation(word)).find((it) => it !== undefined);
  const more = {
    ...(words.includes('ro') && { readOnly: true }),
    ...(mountPropagation !== undefined && { mountPropagation }),
  };
  const isPath = drive !== '' || /^[./~\\]/.test(source);
  const volume = isPath ? { hostPath: { path: source } } : namedVolume(source, project);
  mount(draft, { source: volume, target, name: source, at, more });
}

function propagation(word: string): string | undefined {
  return Object.hasOwn(PROPAGATION, word) ? PROPAGATION[word] : undefined;
}

function longVolume(draft: ServiceDraft, at: ServicePath, project: MappingNode): void {
  const target = draft.text(...at, 'target') ?? '';
  const source = draft.text(...at, 'source') ?? '';
  const type = draft.text(...at, 'type') ?? 'volume';
  const mountPropagation = propagation(draft.text(...at, 'bind', 'propagation') ?? '');
  const subPath = draft.text(...at, type, 'subpath') ?? '';
  const more = {
    ...(draft.flag(...at, 'read_only') && { readOnly: true }),
    ...(mountPropagation !== undefined && { mountPropagation }),
    ...(subPath !== '' && { subPath }),
  };
  const place = { target, name: source === '' ? target : source, at, more };
  switch (type) {
    case 'bind':
    case 'npipe':
      mount(draft, { source: { hostPath: { path: source } }, ...place });
      return;
    case 'tmpfs':
      mount(draft, { source: inMemory(draft.text(...at, 'tmpfs', 'size')), ...place });
      return;
    case 'image':
      mount(draft, { source: { image: { reference: source } }, ...place });
      return;
    case 'volume':
    case 'cluster':
      mount(draft, { source: source === '' ? { emptyDir: {} } : namedVolume(source, project), ...place });
      return;
    default:
      draft.problem(
        [...at, 'type'],
        `cannot be "${type.slice(0, 60)}": bind, volume, tmpfs, image, npipe, cluster`,
      );
  }
}

/** The local driver can be told to bind a path of the host, or to mount a tmpfs. */
function namedVolume(name: string, project: MappingNode): Mount['source'] {
  const option = (key: string): string => {
    const node = nodeAt(project, ['volumes', name, 'driver_opts', key]);
    return node?.kind === 'scalar' ? String(node.value ?? '') : '';
  };
  if (/(?:^|,)r?bind(?:,|$)/.test(option('o'))) return { hostPath: { path: option('device') } };
  if (option('type') === 'tmpfs') return inMemory(undefined);
  return { persistentVolumeClaim: { claimName: name } };
}

function inMemory(size: string | undefined): Mount['source'] {
  const sizeLimit = size === undefined ? undefined : parseComposeSize(size);
  return { emptyDir: { medium: 'Memory', ...(sizeLimit !== undefined && { sizeLimit }) } };
}

/** `/run` or `/run:size=64m,mode=755`. */
function shortTmpfs(draft: ServiceDraft, { value, at }: Read<string>): void {
  const colon = value.indexOf(':');
  const target = colon === -1 ? value : value.slice(0, colon);
  const options = colon === -1 ? [] : value.slice(colon + 1).split(',');
  const size = options.find((option) => option.startsWith('size='))?.slice('size='.length);
  const more = options.includes('ro') ? { readOnly: true } : {};
  mount(draft, { source: inMemory(size), target, name: target, at, more });
}

function sharedMemory(draft: ServiceDraft): void {
  const at = ['shm_size'];
  const size = draft.text(...at);
  if (size !== undefined && size !== '')
    mount(draft, { source: inMemory(size), target: '/dev/shm', name: 'shm', at });
}

/** A secret lies at `/run/secrets/NAME`, a config at `/NAME`, unless a target is given. */
function grant(draft: ServiceDraft, field: 'secrets' | 'configs', isLong: boolean, at: ServicePath): void {
  const name = draft.text(...at, ...(isLong ? ['source'] : [])) ?? '';
  if (name === '') return;
  const given = isLong ? draft.text(...at, 'target') : undefined;
  const parent = field === 'secrets' ? '/run/secrets/' : '/';
  const target = given === undefined ? parent + name : given.startsWith('/') ? given : parent + given;
  const source = field === 'secrets' ? { secret: { secretName: name } } : { configMap: { name } };
  mount(draft, { source, target, name, at, more: { subPath: name, readOnly: true } });
}
