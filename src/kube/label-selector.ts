import type { LabelSelector } from './meta.ts';

/** Whether labels are selected. An empty selector selects everything; an operator that is none selects nothing. */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.keys(matchLabels).every((key) => valueOf(labels, key) === matchLabels[key]) &&
    matchExpressions.every((it) => expressionMatches(it, labels))
  );
}

type Labels = Readonly<Record<string, string>>;
type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

/** What every object inherits, such as `constructor`, is no label. */
function valueOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

function expressionMatches(expression: Expression, labels: Labels): boolean {
  const value = valueOf(labels, expression.key);
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
