/** The one sentence for a field that is kept and shown, and that nothing is done about. */
export function notCarriedOut(field: string, consequence: string): string {
  return `podproof does not carry out ${field}: ${consequence}`;
}

/** The sentences of a table whose condition holds. */
export function warningsWhere<T>(
  object: T,
  table: readonly (readonly [holds: (object: T) => boolean, field: string, consequence: string])[],
): readonly string[] {
  return table
    .filter(([holds]) => holds(object))
    .map(([, field, consequence]) => notCarriedOut(field, consequence));
}
