/** Who and what is not judged at all, as in upstream's `PodSecurityConfiguration`. */
export interface Exemptions {
  readonly usernames: readonly string[];
  readonly namespaces: readonly string[];
  readonly runtimeClasses: readonly string[];
}

/** Upstream's `exempt` audit annotation. */
export type ExemptionReason = 'namespace' | 'user' | 'runtimeClass';

export const NO_EXEMPTIONS: Exemptions = Object.freeze({ usernames: [], namespaces: [], runtimeClasses: [] });

/** What of a request can make it exempt. */
export interface Exemptible {
  readonly namespace: string;
  readonly username?: string | undefined;
  readonly runtimeClassName?: string | undefined;
}

/** The first reason in upstream's order; empty names never count. */
export function exemptionOf(request: Exemptible, exemptions: Exemptions): ExemptionReason | undefined {
  if (isListed(request.namespace, exemptions.namespaces)) return 'namespace';
  if (isListed(request.username, exemptions.usernames)) return 'user';
  if (isListed(request.runtimeClassName, exemptions.runtimeClasses)) return 'runtimeClass';
  return undefined;
}

function isListed(name: string | undefined, names: readonly string[]): boolean {
  return name !== undefined && name !== '' && names.includes(name);
}
