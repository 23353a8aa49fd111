/** Text, or undefined when there is no such variable: the reference then stays as it was written. */
export type VariableLookup = (name: string) => string | undefined;

/**
 * Kubernetes' `$(VAR)` expansion: `$$` is a literal `$` (so `$$(VAR)` gives `$(VAR)`), an unknown variable and an
 * unclosed reference stay as they are, and what was put in is not expanded again.
 */
export function expandVariables(text: string, lookup: VariableLookup): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    whole === '$$' ? '$' : (lookup(name ?? '') ?? whole),
  );
}
