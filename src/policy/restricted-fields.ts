/** `spec.containers[*].ports` and the same of init and ephemeral containers. */
export function ofContainers(...fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => [
    `spec.containers[*].${field}`,
    `spec.initContainers[*].${field}`,
    `spec.ephemeralContainers[*].${field}`,
  ]);
}

/** `spec.securityContext.runAsUser` and the same of every container. */
export function ofPodAndContainers(...fields: readonly string[]): readonly string[] {
  return [...fields.map((field) => `spec.${field}`), ...ofContainers(...fields)];
}
