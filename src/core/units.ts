/** `512 B`, `81 MiB`, `1.5 GiB`: binary units with at most one decimal. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  const rounded = size >= 10 || Number.isInteger(size) ? Math.round(size) : Math.round(size * 10) / 10;
  return `${rounded} ${units[unit] ?? 'B'}`;
}

/** `81 ms`, `1.2 s`, `3m20s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${Math.round(durationMs / 100) / 10} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
