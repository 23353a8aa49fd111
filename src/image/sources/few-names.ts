const shown = 10;

/** The first few of what a source has, for an error: it may have any number. */
export function fewNames(names: readonly string[], none: string): string {
  if (names.length === 0) return none;
  const rest = names.length - shown;
  return names.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
