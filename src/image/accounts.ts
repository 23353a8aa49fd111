import type { GroupEntry, ImageAccounts, PasswdEntry } from './image.ts';
import { type LayerView, readLayeredFile } from './layered-files.ts';

/** As much of a passwd or group file as is read; longer ones are refused. */
const maxAccountsFileBytes = 10 * 1024 * 1024;

/** The accounts of an image from its layers, top-most first; a missing file means no accounts. */
export function readAccounts(layers: readonly LayerView[]): ImageAccounts {
  return {
    passwd: parsePasswd(readLayeredFile(layers, 'etc/passwd', maxAccountsFileBytes) ?? ''),
    group: parseGroup(readLayeredFile(layers, 'etc/group', maxAccountsFileBytes) ?? ''),
  };
}

/** As tolerant as the runtimes' own parser: a field that is missing or no number counts as empty or 0. */
export function parsePasswd(text: string): readonly PasswdEntry[] {
  return accountLines(text).map((fields) => ({
    name: fields[0] ?? '',
    uid: tolerantNumber(fields[2]),
    gid: tolerantNumber(fields[3]),
    gecos: fields[4] ?? '',
    home: fields[5] ?? '',
    shell: fields[6] ?? '',
  }));
}

export function parseGroup(text: string): readonly GroupEntry[] {
  return accountLines(text).map((fields) => ({
    name: fields[0] ?? '',
    gid: tolerantNumber(fields[2]),
    members: (fields[3] ?? '').split(',').filter((member) => member !== ''),
  }));
}

function accountLines(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function tolerantNumber(field: string | undefined): number {
  return field !== undefined && /^[+-]?[0-9]+$/.test(field) ? Number(field) : 0;
}
