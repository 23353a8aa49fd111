import type { LabelSelector } from '../../kube/meta.ts';

/** `app=web,tier in (a,b),!legacy`: a selector as kubectl writes and reads it. Keys stand in order. */
export function formatSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '<none>';
  const terms = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector.matchExpressions ?? []).map((it) => ({ key: it.key, text: formatExpression(it) })),
  ];
  return terms
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
}

/** `app=web,tier=front`: plain labels; `<none>` without any. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const text = formatSelector({ matchLabels: labels ?? {} });
  return text === '' ? '<none>' : text;
}

function formatExpression(expression: NonNullable<LabelSelector['matchExpressions']>[number]): string {
  const { key, operator } = expression;
  const values = `(${[...(expression.values ?? [])].sort().join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${values}`;
    case 'NotIn':
      return `${key} notin ${values}`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return `${key} ${operator} ${values}`;
  }
}
