/**
 * The words for a confinement's values, as they stand in JSON reports. Reports are read here, not trusted: a value of
 * an unknown shape is shown as it is.
 */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value === '' ? '""' : value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(describeValue).join(', ');
  if (isRecord(value)) {
    const members = Object.entries(value).map(([name, member]) => `${name} ${describeValue(member)}`);
    return members.length === 0 ? 'none' : members.join(', ');
  }
  return JSON.stringify(value);
}

/** `1654:1654 app, groups 2000`: groups that only repeat the gid say nothing. */
export function describeUser(value: unknown): string {
  if (!isRecord(value)) return describeValue(value);
  const { uid, gid, groups, username } = value;
  const name = typeof username === 'string' ? ` ${username}` : uid === 0 ? ' root' : '';
  const more = Array.isArray(groups) ? groups.filter((group) => group !== gid) : [];
  const others = more.length === 0 ? '' : `, groups ${more.join(' ')}`;
  if (typeof uid !== 'number') return 'unknown';
  return typeof gid === 'number' ? `${uid}:${gid}${name}${others}` : `${uid}${name}, group unknown${others}`;
}

/**
 * The five sets in a few words: what counts for a process is what is effective. Of a user who is not known only the
 * bounding set is.
 */
export function describeCapabilities(value: unknown, isUserKnown = true): string {
  if (!isRecord(value)) return describeValue(value);
  const bounding = listOf(value['bounding']);
  const effective = listOf(value['effective']);
  if (!isUserKnown && bounding.length > 0) return `unknown; ${describeNames(bounding)} in the bounding set`;
  if (bounding.length === 0 && effective.length === 0) return 'none';
  if (effective.length === 0) return `none effective; ${describeNames(bounding)} in the bounding set`;
  if (sameNames(bounding, effective)) return describeNames(effective);
  return `${describeNames(effective)} effective, ${describeNames(bounding)} in the bounding set`;
}

export function describeSeccomp(value: unknown): string {
  if (!isRecord(value)) return describeValue(value);
  if (value['mode'] === 'unconfined') return 'unconfined';
  const { profile, localhostProfile } = value;
  const name =
    typeof localhostProfile === 'string' ? `Localhost ${localhostProfile}` : describeValue(profile);
  return profile === undefined ? describeValue(value['mode']) : `filter, ${name}`;
}

/** `the host's`; `0 -> 65536, 65536 ids`; `own, 65536 ids` while the range is not known. */
export function describeUserNamespace(value: unknown): string {
  if (!isRecord(value)) return describeValue(value);
  if (value['mode'] === 'host') return "the host's";
  const size = describeValue(value['size']);
  const hostId = value['hostId'];
  return typeof hostId === 'number' ? `0 -> ${hostId}, ${size} ids` : `own, ${size} ids`;
}

/** Up to four by name, more by number. */
export function describeNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length <= 4 ? names.join(', ') : String(names.length);
}

/**
 * A path in a workload, as seen from its pod: `container privileged`, `pod hostUsers`. What stands in a
 * `securityContext` is known by its own name. Other origins (`image USER 1654`, `runtime default`) stay as they are.
 */
export function shortOrigin(from: string): string {
  const inContainer = /^(?:.*\.)?(?:initC|ephemeralC|c)ontainers\[\d+\](?:\.(.+))?$/.exec(from);
  const inPod = inContainer === null ? /^spec\.(?:.*\.spec\.)?(.+)$/.exec(from) : null;
  const owner = inContainer === null ? 'pod' : 'container';
  if (inContainer === null && inPod === null) {
    // That it is not set is the whole of the story.
    return /^\w+ default \((\w+ not set)\)$/.exec(from)?.[1] ?? from;
  }
  const field = (inContainer?.[1] ?? inPod?.[1] ?? '').replace(/^securityContext\./, '');
  return `${owner} ${field}`.trimEnd();
}

/** As Kubernetes' own words for a reader: an init container is not a `container`. */
export function describeContainerType(type: string): string {
  return type === 'container' ? '' : `${type} container`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name) => right.includes(name));
}
