import type { LabelSelector } from './meta.ts';

/** Whether labels are selected. An empty selector selects everything; an operator that is none selects nothing. */
export function selectorMatches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every((it) => expressionMatches(it, labels));
}

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

function expressionMatches(expression: Expression, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[expression.key];
  const isListed = value !== undefined && (expression.values ?? []).includes(value);
  switch (expression.operator) {
    case 'In':
      return isListed;
    case 'NotIn':
      return !isListed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
