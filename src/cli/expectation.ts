import type { ContainerProof, PodProof, ProofReport } from '../core/contract/proof-report.ts';
import { PodproofError } from '../core/errors.ts';

/** What `--expect` asks for: every pod refused, or a pod or container with a reason. */
export type Expectation =
  | { readonly kind: 'refused' }
  | { readonly kind: 'reason'; readonly name: string; readonly reason: string };

/** `refused`, or `NAME=REASON`; throws `usage` for anything else. */
export function parseExpectation(text: string): Expectation {
  if (text === 'refused') return { kind: 'refused' };
  const [, name, reason] = /^([^=]+)=([A-Za-z]+)$/.exec(text) ?? [];
  if (name !== undefined && reason !== undefined) return { kind: 'reason', name, reason };
  throw new PodproofError('usage', `option "--expect" cannot be "${text}": it is refused, or NAME=REASON`, {
    advice: '--expect refused, or --expect web=CreateContainerConfigError',
  });
}

/**
 * What is not as wanted, a sentence each; nothing when all is. Without expectations every pod is to be proven; a pod
 * that an expectation is about is to be as expected instead.
 */
export function unmetExpectations(
  report: ProofReport,
  expectations: readonly Expectation[],
): readonly string[] {
  if (expectations.length === 0) return [];
  const named = expectations.flatMap((expectation) => {
    if (expectation.kind === 'refused') return [];
    const { name, reason } = expectation;
    const found = report.pods.flatMap((pod) => reasonsOf(pod, name));
    if (found.length === 0) return [`expected ${name}=${reason}, but there is no pod or container "${name}"`];
    return found.includes(reason)
      ? []
      : [`expected ${name}=${reason}, found ${[...new Set(found)].join(', ')}`];
  });
  const wantsRefused = expectations.some(({ kind }) => kind === 'refused');
  const others = report.pods.filter((pod) => !isNamed(pod, expectations));
  const unrefused = wantsRefused ? others.filter((pod) => !isRefused(pod)) : [];
  const unproven = wantsRefused ? [] : others.filter((pod) => !isProven(pod));
  return [
    ...named,
    ...unrefused.map((pod) => `expected pod ${pod.namespace}/${pod.name} to be refused, found ${pod.phase}`),
    ...unproven.map((pod) => `pod ${pod.namespace}/${pod.name} is not proven`),
  ];
}

function isNamed(pod: PodProof, expectations: readonly Expectation[]): boolean {
  const names = [pod.name, ...pod.containers.map(({ name }) => name)];
  return expectations.some(
    (expectation) => expectation.kind === 'reason' && names.includes(expectation.name),
  );
}

function reasonsOf(pod: PodProof, name: string): readonly string[] {
  const containers = pod.containers.filter((container) => container.name === name || pod.name === name);
  const own = pod.name === name && pod.reason !== undefined ? [pod.reason] : [];
  return [...own, ...containers.map(reasonOf)];
}

function reasonOf({ state }: ContainerProof): string {
  return state.waiting?.reason ?? state.terminated?.reason ?? 'Running';
}

/** Waiting for something that is under way is no refusal, and being started again is a failure. */
const NOT_REFUSED = ['ContainerCreating', 'PodInitializing', 'CrashLoopBackOff'];

/** Refused before it ran. */
export function isContainerRefused({ state }: ContainerProof): boolean {
  return state.waiting !== undefined && !NOT_REFUSED.includes(state.waiting.reason);
}

export function isRefused(pod: PodProof): boolean {
  const isWhole = pod.reason !== undefined && pod.containers.every(({ proof }) => proof === undefined);
  return isWhole || pod.containers.some(isContainerRefused);
}

/** Ran, and what ran is proven; one that ended well before it could be seen is not held against its pod. */
export function isContainerFailed({ proof, state }: ContainerProof): boolean {
  const crashed = state.waiting?.reason === 'CrashLoopBackOff';
  return proof?.holds === false || crashed || (state.terminated?.exitCode ?? 0) !== 0;
}

function isProven(pod: PodProof): boolean {
  return !isRefused(pod) && pod.containers.every((container) => !isContainerFailed(container));
}
