import type { DockerfileReport } from '../../core/contract/check-report.ts';
import { oneLine } from '../../core/visible-text.ts';
import { type Row, renderRows, type TextOptions } from '../columns.ts';
import { nonRootRows, runsAs } from '../render-image.ts';
import { findingDetails, startDetails } from './finding-details.ts';

/** A Dockerfile: what it builds on, who its image will run as, and whether `runAsNonRoot` can verify that. */
export function dockerfileDetails(dockerfile: DockerfileReport, options: TextOptions): readonly string[] {
  const { base, baseKnown, identity, start, findings } = dockerfile;
  const notAtHand = baseKnown === 'unknown' ? ['not at hand'] : [];
  const rows: Row[] = [
    { cells: ['base', oneLine(base), ...notAtHand] },
    { cells: ['runs as', runsAs(identity), identity.from] },
    // What to do is said once: of the line to change when there is one.
    ...nonRootRows(start.ok ? identity : withoutAdvice(identity)),
  ];
  return [
    `${dockerfilePlace(dockerfile)}  ${stageName(dockerfile)}`,
    '',
    ...renderRows([...rows, ...startDetails(start), ...findingDetails(findings)], 2, options),
  ];
}

/** `app/Dockerfile:14`. */
export function dockerfilePlace({ source }: DockerfileReport): string {
  return `${oneLine(source.file)}:${source.line}`;
}

/** `stage final`. */
export function stageName({ stage }: DockerfileReport): string {
  return oneLine(`stage ${stage}`);
}

function withoutAdvice(identity: DockerfileReport['identity']): DockerfileReport['identity'] {
  const { advice: _, ...rest } = identity;
  return rest;
}
