import type { DockerfileReport } from '../../core/contract/check-report.ts';
import type { IdentityReport } from '../../core/contract/image-report.ts';
import { oneLine } from '../../core/visible-text.ts';
import { type Row, renderRows, type TextOptions } from '../columns.ts';
import { runsAs } from '../render-image.ts';
import { findingDetails, startDetails } from './finding-details.ts';

/** A Dockerfile: what it builds on, who its image will run as, and whether `runAsNonRoot` can verify that. */
export function dockerfileDetails(dockerfile: DockerfileReport, options: TextOptions): readonly string[] {
  const { base, baseKnown, identity, start, findings } = dockerfile;
  const unknown = baseKnown === 'unknown' ? '  not at hand' : '';
  const rows: Row[] = [
    { cells: ['base', `${oneLine(base)}${unknown}`] },
    { cells: ['runs as', whoRuns(identity), identity.from] },
    ...verifiableRow(identity),
  ];
  return [
    `${dockerfilePlace(dockerfile)}  ${stageName(dockerfile)}`,
    '',
    ...renderRows([...rows, ...startDetails(start), ...findingDetails(findings)], 2, options),
  ];
}

/** Of what is not built the group is seldom known, and nothing depends on it. */
function whoRuns(identity: IdentityReport): string {
  return runsAs(identity).replace(/, group unknown$/, '');
}

/** Where it is not, the refusal or a note says so, and what to write. */
function verifiableRow({ verifiableAsNonRoot, numeric }: IdentityReport): readonly Row[] {
  if (!verifiableAsNonRoot) return [];
  const why = numeric ? 'USER is numeric and not 0' : 'USER is not ContainerAdministrator';
  return [{ cells: ['non-root', 'verifiable by runAsNonRoot', why], tone: 'good' }];
}

/** `app/Dockerfile:14`. */
export function dockerfilePlace({ source }: DockerfileReport): string {
  return `${oneLine(source.file)}:${source.line}`;
}

/** `stage final`. */
export function stageName({ stage }: DockerfileReport): string {
  return oneLine(`stage ${stage}`);
}
