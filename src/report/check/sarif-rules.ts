import type { FindingClass } from '../../core/check-finding.ts';
import type { RuleDescription } from '../../core/rule-description.ts';
import { SARIF_LEVELS } from './sarif-result.ts';

/** The rules of a run: those that were told, and those that turned up. */
export interface SarifRules {
  /** The rule's place in the list; a rule that nobody described gets one. */
  indexOf(id: string, findingClass: FindingClass): number;
  /** `reportingDescriptor` objects, in their order. */
  descriptors(): readonly object[];
}

export function sarifRules(described: readonly RuleDescription[]): SarifRules {
  const rules = new Map(described.map((rule) => [rule.id, rule]));
  const order = new Map([...rules.keys()].map((id, index) => [id, index]));
  return {
    indexOf(id, findingClass) {
      const known = order.get(id);
      if (known !== undefined) return known;
      rules.set(id, undescribed(id, findingClass));
      order.set(id, order.size);
      return order.size - 1;
    },
    descriptors: () => [...rules.values()].map(descriptor),
  };
}

function undescribed(id: string, findingClass: FindingClass): RuleDescription {
  const help = 'See the message: it says what is wrong and what to write.';
  return { id, title: id, description: CLASS_TEXTS[findingClass], help, class: findingClass };
}

const CLASS_TEXTS: Readonly<Record<FindingClass, string>> = {
  unreadable: 'The input cannot be read.',
  invalid: 'The API server would refuse the object as invalid.',
  denied: 'Pod Security admission would refuse the pod.',
  'would-not-start': 'The pod would be admitted, but the kubelet or the runtime would refuse a container.',
  warning: 'Probably not what the author of the manifest meant.',
  note: 'Explains what becomes of a field; there is nothing to do.',
};

/** What code scanning shows at most of each text. */
const MAX_DESCRIPTION = 1024;

function descriptor({
  id,
  title,
  description,
  help,
  helpUri,
  class: kind,
  securitySeverity,
}: RuleDescription): object {
  const isSecurity = securitySeverity !== undefined;
  return {
    id,
    name: pascalCase(id),
    shortDescription: { text: title.slice(0, MAX_DESCRIPTION) },
    fullDescription: { text: description.slice(0, MAX_DESCRIPTION) },
    help: { text: help, markdown: help },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: SARIF_LEVELS[kind] },
    properties: {
      tags: [...(isSecurity ? ['security'] : []), 'kubernetes', kind],
      precision: 'very-high',
      'problem.severity': PROBLEM_SEVERITIES[SARIF_LEVELS[kind]],
      ...(isSecurity && { 'security-severity': securitySeverity.toFixed(1) }),
    },
  };
}

const PROBLEM_SEVERITIES = { error: 'error', warning: 'warning', note: 'recommendation' } as const;

/** `implicit-root` as `ImplicitRoot`. */
function pascalCase(id: string): string {
  return id
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
