import process from 'node:process';
import { goArchitecture } from '../core/go-architecture.ts';
import type { ResourceKind, Subresource } from './resource-kind.ts';

/** One group and version with its kinds, in the order of the list of kinds. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  /** `v1`, `apps/v1`. */
  readonly name: string;
  readonly kinds: readonly ResourceKind[];
}

export function groupVersionsOf(kinds: readonly ResourceKind[]): readonly GroupVersion[] {
  const names = [...new Set(kinds.map(groupVersionName))];
  return names.map((name) => {
    const members = kinds.filter((kind) => groupVersionName(kind) === name);
    const { group = '', version = '' } = members[0] ?? {};
    return { group, version, name, kinds: members };
  });
}

function groupVersionName({ group, version }: ResourceKind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `apidiscovery.k8s.io` APIGroupDiscoveryList: all that kubectl 1.27 and newer ask, for `/api` or for `/apis`. */
export function aggregatedDiscovery(
  groupVersions: readonly GroupVersion[],
  root: 'api' | 'apis',
  version: 'v2' | 'v2beta1',
): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groupsOf(groupVersions, root).map(({ name, versions }) => ({
      metadata: { ...(name !== '' && { name }), creationTimestamp: null },
      versions: versions.map((it) => ({
        version: it.version,
        resources: it.kinds.map(discoverResource),
        freshness: 'Current',
      })),
    })),
  };
}

function discoverResource(kind: ResourceKind): object {
  return {
    resource: kind.resource,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(kind.subresources.length > 0 && { subresources: kind.subresources.map(discoverSubresource) }),
  };
}

function discoverSubresource({ name, group, version, kind, verbs }: Subresource): object {
  return { subresource: name, responseKind: { group, version, kind }, verbs };
}

interface Group {
  readonly name: string;
  readonly versions: readonly GroupVersion[];
}

/** The core group is below `/api`, all others are below `/apis`. */
function groupsOf(groupVersions: readonly GroupVersion[], root: 'api' | 'apis'): readonly Group[] {
  const below = groupVersions.filter(({ group }) => (group === '') === (root === 'api'));
  const names = [...new Set(below.map(({ group }) => group))];
  return names.map((name) => ({ name, versions: below.filter(({ group }) => group === name) }));
}

/** `/api`, as clients before 1.27 and those that ask for plain JSON have it. `address`: `127.0.0.1:6443`. */
export function apiVersions(groupVersions: readonly GroupVersion[], address: string): object {
  return {
    kind: 'APIVersions',
    versions: groupsOf(groupVersions, 'api').flatMap(({ versions }) => versions.map((it) => it.version)),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** `/apis` in plain JSON. */
export function apiGroupList(groupVersions: readonly GroupVersion[]): object {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: groupsOf(groupVersions, 'apis').map(describeGroup),
  };
}

/** `/apis/GROUP`; undefined when there is no such group. */
export function apiGroup(groupVersions: readonly GroupVersion[], name: string): object | undefined {
  const group = groupsOf(groupVersions, 'apis').find((it) => it.name === name);
  return group && { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(group) };
}

function describeGroup({ name, versions }: Group): object {
  const described = versions.map((it) => ({ groupVersion: it.name, version: it.version }));
  return { name, versions: described, preferredVersion: described[0] };
}

/** `/api/v1`, `/apis/GROUP/VERSION`. */
export function apiResourceList({ name, kinds }: GroupVersion): object {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: name,
    resources: kinds.flatMap((kind) => [
      {
        name: kind.resource,
        singularName: kind.singular,
        namespaced: kind.namespaced,
        kind: kind.kind,
        verbs: kind.verbs,
        ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
        ...(kind.categories.length > 0 && { categories: kind.categories }),
      },
      ...kind.subresources.map((subresource) => listSubresource(kind, subresource)),
    ]),
  };
}

function listSubresource(kind: ResourceKind, subresource: Subresource): object {
  const { group, version } = subresource;
  const isOther = group !== kind.group || version !== kind.version;
  return {
    name: `${kind.resource}/${subresource.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(isOther && { group, version }),
    kind: subresource.kind,
    verbs: subresource.verbs,
  };
}

/**
 * `/version`: what is spoken is Kubernetes, what speaks it is not upstream's program. Its build has no commit and no date of
 * theirs; what a Go program says then is said here.
 */
export function versionInfo(gitVersion: string): object {
  const [, major = '1', minor = '0'] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return {
    major,
    minor,
    gitVersion,
    gitCommit: '',
    gitTreeState: '',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: `Node.js ${process.version}`,
    compiler: 'v8',
    platform: `linux/${goArchitecture(process.arch)}`,
  };
}
