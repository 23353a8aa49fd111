import { resolveCapabilities } from '../capabilities.ts';
import { CAPABILITIES } from '../capability.ts';
import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** containerd puts CAP_ before what is written, so that `CAP_NET_ADMIN` names nothing and is lost without a word. */
export function capabilityPrefix(subject: FindingSubject): ContainerFound | undefined {
  const lost = lostNames(subject).filter(isPrefixed);
  if (lost.length === 0) return undefined;
  return {
    severity: 'warning',
    code: 'capability-prefix',
    message: `containerd knows no ${lost.join(', ')}: it puts CAP_ before every name, so they are neither added nor dropped`,
    path: pathOf(subject.context.capabilities?.from, subject, 'capabilities'),
    advice: `write ${lost.map((name) => name.slice('CAP_'.length).toUpperCase()).join(', ')}`,
  };
}

/** Any other name that means nothing; CRI-O refuses it, see `capabilitiesVerdict`. */
export function unknownCapability(subject: FindingSubject): ContainerFound | undefined {
  const lost = lostNames(subject).filter((name) => !isPrefixed(name));
  if (lost.length === 0) return undefined;
  return {
    severity: 'warning',
    code: 'unknown-capability',
    message: `Linux has no capability ${lost.join(', ')}: containerd ignores ${lost.length === 1 ? 'it' : 'them'}`,
    path: pathOf(subject.context.capabilities?.from, subject, 'capabilities'),
    advice: 'see capabilities(7) for the names, written without CAP_',
  };
}

const none: readonly never[] = Object.freeze([]);

function lostNames({ context, confinement }: FindingSubject): readonly string[] {
  if (context.privileged.value || confinement.profile !== 'containerd') return [];
  if (context.capabilities === undefined) return none;
  const { unknown } = resolveCapabilities(context.capabilities.value, 'containerd');
  if (unknown.add.length + unknown.drop.length === 0) return none;
  return [...new Set([...unknown.add, ...unknown.drop])];
}

function isPrefixed(name: string): boolean {
  const bare = name.toUpperCase().replace(/^CAP_/, '');
  return bare.length < name.length && CAPABILITIES.some((capability) => capability === bare);
}
