import type { IdentityReport, ImageReport } from '../core/contract/image-report.ts';
import { type Row, renderRows, type TextOptions } from './columns.ts';
import { describeUser, isRecord, listOf } from './describe-value.ts';

/** `podproof image REF` for people: who it runs as and whether that can be verified, then what else matters. */
export function renderImage(report: ImageReport, options: TextOptions): string {
  const config = isRecord(report.config) ? report.config : {};
  const rows: Row[] = [
    { cells: ['runs as', runsAs(report.identity), report.identity.from] },
    ...nonRootRows(report.identity),
    ...listRow('env', listOf(config['Env'])),
    ...listRow('ports', keysOf(config['ExposedPorts'])),
    ...listRow('volumes', keysOf(config['Volumes'])),
    ...commandRow('entrypoint', config['Entrypoint']),
    ...commandRow('cmd', config['Cmd']),
    ...textRow('workdir', config['WorkingDir']),
    { cells: ['digest', report.digest] },
  ];
  return `${renderRows(rows, 0, options).join('\n')}\n`;
}

/** `1654:1654 app`. */
export function runsAs(identity: IdentityReport): string {
  const { uid, gid, groups, user, numeric } = identity;
  const username = numeric || user === '' ? null : (user.split(':')[0] ?? null);
  return describeUser({ uid, gid, groups, username });
}

/** Whether `runAsNonRoot` can verify it; else why not, and what to write. */
export function nonRootRows({
  verifiableAsNonRoot,
  numeric,
  user,
  uid,
  advice,
}: IdentityReport): readonly Row[] {
  const verdict: Row = verifiableAsNonRoot
    ? { cells: ['non-root', 'verifiable by runAsNonRoot', 'USER is numeric and not 0'], tone: 'good' }
    : { cells: ['non-root', 'runAsNonRoot will refuse it', whyNot(user, numeric, uid)], tone: 'bad' };
  return advice === undefined ? [verdict] : [verdict, { cells: ['', advice] }];
}

function whyNot(user: string, numeric: boolean, uid: number | null): string {
  if (user === '') return 'the image sets no USER';
  return numeric ? `USER is ${uid ?? user}` : `USER ${user} is a name, not a number`;
}

function listRow(label: string, items: readonly string[]): readonly Row[] {
  return items.length === 0 ? [] : [{ cells: [label, items.join('  ')] }];
}

function textRow(label: string, value: unknown): readonly Row[] {
  return typeof value === 'string' && value !== '' ? [{ cells: [label, value] }] : [];
}

function commandRow(label: string, value: unknown): readonly Row[] {
  const words = listOf(value).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word)));
  return words.length === 0 ? [] : [{ cells: [label, words.join(' ')] }];
}

function keysOf(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}
