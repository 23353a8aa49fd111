import { COMPOSE_RULES } from '../compose/compose-rules.ts';
import type { RuleDescription } from '../core/rule-description.ts';
import { DOCKERFILE_RULES } from '../dockerfile/dockerfile-rules.ts';
import { type Check, standardUrl } from '../policy/check.ts';
import { CHECKS } from '../policy/checks.ts';
import { FINDING_RULES } from './finding-rules.ts';

const SECURITY_CONTEXT_PAGE = 'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/';

/** How much harm a workload can do that a level of the standard does not allow, as CVSS counts. */
const SEVERITY: Readonly<Record<Check['level'], number>> = { baseline: 8, restricted: 5 };

/** Every rule that a finding can name: the controls of the standard first. */
export const RULES: readonly RuleDescription[] = Object.freeze([
  ...CHECKS.map(policyRule),
  ...Object.entries({ ...FINDING_RULES, ...DOCKERFILE_RULES, ...COMPOSE_RULES }).map(
    ([id, [title, ruleClass, description, help]]) => ({
      id,
      title,
      description,
      help,
      helpUri: SECURITY_CONTEXT_PAGE,
      class: ruleClass,
    }),
  ),
]);

/** What configurations and annotations may name. */
export const RULE_IDS: readonly string[] = Object.freeze(RULES.map(({ id }) => id));

function policyRule(check: Check): RuleDescription {
  const { id, title, description, remedy, level } = check;
  return {
    id,
    title,
    description,
    help: remedy,
    helpUri: standardUrl(check),
    class: 'denied',
    securitySeverity: SEVERITY[level],
  };
}
