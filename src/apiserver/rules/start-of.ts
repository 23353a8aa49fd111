/**
 * Where to begin to look for a free number: spread over the range, and the same for the same name, so that a thing that
 * is made again gets what it had (FNV-1a).
 */
export function startOf(name: string, size: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % size;
}
