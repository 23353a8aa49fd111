import { constants } from 'node:os';

/** The signal that asks a container to end, by name: `SIGTERM`. Images write it as `SIGTERM`, `TERM` or `15`. */
export function stopSignalName(...candidates: readonly (string | undefined)[]): string {
  const written = candidates.find((candidate) => candidate !== undefined && candidate !== '') ?? 'SIGTERM';
  if (/^\d+$/.test(written)) {
    const number = Number(written);
    const known = Object.entries(constants.signals).find(([, value]) => value === number);
    return known?.[0] ?? written;
  }
  const name = written.toUpperCase();
  return name.startsWith('SIG') ? name : `SIG${name}`;
}
