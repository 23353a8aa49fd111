import { minorOf } from '../../../src/policy/level-version.ts';
import type { Version } from './tweak.ts';

/** JSON that is being put together. */
export type Draft = { [key: string]: unknown };

const IMAGE = 'registry.example.com/app:1';

/** What the restricted level has asked of every pod since then. */
const RESTRICTED_NEEDS: readonly {
  readonly since: Version;
  readonly pod?: Readonly<Draft>;
  readonly container?: Readonly<Draft>;
}[] = [
  { since: 'v1.0', pod: { runAsNonRoot: true } },
  { since: 'v1.8', container: { allowPrivilegeEscalation: false } },
  { since: 'v1.19', pod: { seccompProfile: { type: 'RuntimeDefault' } } },
  { since: 'v1.22', container: { capabilities: { drop: ['ALL'] } } },
];

/** A container that the level at the version allows and that says nothing more. */
export function minimalContainer(level: 'baseline' | 'restricted', version: Version, name: string): Draft {
  return { name, image: IMAGE, ...securityContext(level, version, 'container') };
}

/** The spec of a pod, with an init container, that the level at the version allows and that says nothing more. */
export function minimalPodSpec(level: 'baseline' | 'restricted', version: Version): Draft {
  return {
    ...securityContext(level, version, 'pod'),
    initContainers: [minimalContainer(level, version, 'setup')],
    containers: [minimalContainer(level, version, 'main')],
  };
}

function securityContext(level: 'baseline' | 'restricted', version: Version, of: 'pod' | 'container'): Draft {
  if (level === 'baseline') return {};
  const needs = RESTRICTED_NEEDS.filter(({ since }) => minorOf(since) <= minorOf(version));
  const fields = needs.map((need) => need[of] ?? {});
  const merged: Draft = structuredClone(Object.assign({}, ...fields));
  return Object.keys(merged).length === 0 ? {} : { securityContext: merged };
}
