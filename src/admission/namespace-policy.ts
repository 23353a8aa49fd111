import {
  compareLevels,
  LEVELS,
  type LevelVersion,
  parseLevel,
  parsePolicyVersion,
} from '../policy/level-version.ts';
import { goQuote } from '../policy/wording.ts';

/** What a namespace asks of the pods in it. `enforce` denies, `audit` notes in the audit log, `warn` tells the user. */
export interface NamespacePolicy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

/** `problems` are upstream's validation errors of labels that cannot be read; the policy is complete nevertheless. */
export interface NamespaceLevels {
  readonly policy: NamespacePolicy;
  readonly problems: readonly string[];
}

const PREFIX = 'pod-security.kubernetes.io/';

/** What upstream assumes when neither labels nor the cluster's configuration say anything. */
export const OPEN_POLICY: NamespacePolicy = Object.freeze<NamespacePolicy>({
  enforce: { level: 'privileged', version: 'latest' },
  audit: { level: 'privileged', version: 'latest' },
  warn: { level: 'privileged', version: 'latest' },
});

/** True when the namespace has the label that sets the level of that mode. */
export function setsLevel(
  labels: Readonly<Record<string, string>> | undefined,
  mode: keyof NamespacePolicy,
): boolean {
  return labels?.[PREFIX + mode] !== undefined;
}

/**
 * The policy of a namespace with those labels. As upstream does: an unreadable `enforce` level counts as restricted,
 * unreadable `audit` and `warn` levels as privileged, an unreadable version as `latest`; without a `warn` level,
 * warnings follow a stricter `enforce` level.
 */
export function levelsFor(
  labels: Readonly<Record<string, string>> | undefined,
  defaults: NamespacePolicy = OPEN_POLICY,
): NamespaceLevels {
  if (labels === undefined) return { policy: defaults, problems: [] };
  const problems: string[] = [];
  const enforce = levelVersionFor('enforce', labels, defaults.enforce, problems);
  const audit = levelVersionFor('audit', labels, defaults.audit, problems);
  const warn = levelVersionFor('warn', labels, defaults.warn, problems);
  const enforceIsSet = parseLevel(labels[`${PREFIX}enforce`] ?? '') !== undefined;
  if (setsLevel(labels, 'warn') || !enforceIsSet || compareLevels(enforce.level, warn.level) <= 0) {
    return { policy: { enforce, audit, warn }, problems };
  }
  const version = labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
  return { policy: { enforce, audit, warn: { level: enforce.level, version } }, problems };
}

function levelVersionFor(
  mode: keyof NamespacePolicy,
  labels: Readonly<Record<string, string>>,
  fallback: LevelVersion,
  problems: string[],
): LevelVersion {
  let { level, version } = fallback;
  const levelText = labels[PREFIX + mode];
  if (levelText !== undefined) {
    const parsed = parseLevel(levelText);
    if (parsed === undefined)
      problems.push(invalidLabel(mode, levelText, `must be one of ${LEVELS.join(', ')}`));
    level = parsed ?? (mode === 'enforce' ? 'restricted' : 'privileged');
  }
  const versionText = labels[`${PREFIX}${mode}-version`];
  if (versionText !== undefined) {
    const parsed = parsePolicyVersion(versionText);
    if (parsed === undefined)
      problems.push(invalidLabel(`${mode}-version`, versionText, 'must be "latest" or "v1.x"'));
    version = parsed ?? 'latest';
  }
  return { level, version };
}

function invalidLabel(name: string, value: string, wanted: string): string {
  return `metadata.labels[${PREFIX}${name}]: Invalid value: ${goQuote(value)}: ${wanted}`;
}
