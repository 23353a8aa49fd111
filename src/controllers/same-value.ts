/** Whether two JSON values say the same; a member that is undefined is one that is absent. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return areSameItems(a, b);
  const left = membersOf(a);
  const right = membersOf(b);
  return left.size === right.size && [...left].every(([key, value]) => isSameValue(value, right.get(key)));
}

function areSameItems(a: object, b: object): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, index) => isSameValue(item, b[index]));
}

function membersOf(object: object): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(Object.entries(object).filter(([, value]) => value !== undefined));
}
