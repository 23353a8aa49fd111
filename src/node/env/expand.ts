/** Text, or undefined when there is no such variable: the reference then stays as it was written. */
export type VariableLookup = (name: string) => string | undefined;

/**
 * Kubernetes' `$(VAR)` expansion: `$$` is a literal `$` (so `$$(VAR)` gives `$(VAR)`), an unknown variable and an
 * unclosed reference stay as they are, and what was put in is not expanded again.
 */
export function expandVariables(text: string, lookup: VariableLookup): string {
  // Behind the last bracket there is no reference: to look for the end of each that begins there would take minutes.
  const end = text.lastIndexOf(')') + 1;
  const expanded = text
    .slice(0, end)
    .replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
      whole === '$$' ? '$' : (lookup(name ?? '') ?? whole),
    );
  return expanded + text.slice(end).replace(/\$\$/g, () => '$');
}
