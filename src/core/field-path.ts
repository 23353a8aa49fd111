/** A place in a Kubernetes object: object keys as strings, list positions as numbers. */
export type FieldPath = readonly (string | number)[];

/**
 * The path as Kubernetes writes it: `spec.containers[0].securityContext.runAsUser`; a map key that is not a plain
 * field name stands in brackets: `metadata.labels[app.kubernetes.io/name]`.
 */
export function formatFieldPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}
