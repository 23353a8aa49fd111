import { createHash } from 'node:crypto';
import type { CheckFinding } from './check-finding.ts';

/**
 * What tells a finding from every other, as 64 hexadecimal digits. It stays the same when lines move, when containers change
 * places and when a file is named another way (`./a.yaml`, `a.yaml`); a baseline and code scanning know a finding again by it.
 * Equal findings of one object have equal fingerprints: count them.
 */
export function fingerprintOf(finding: CheckFinding): string {
  const { rule, object, container = '', field = '', message } = finding;
  const parts = [
    rule,
    finding.class,
    normalPath(finding.template ?? finding.file),
    object?.apiVersion ?? '',
    object?.kind ?? '',
    object?.namespace ?? '',
    object?.name ?? '',
    container,
    withoutIndices(field, container),
    withoutPlaces(message),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function normalPath(path: string): string {
  const segments = path.replaceAll('\\', '/').split('/');
  return segments.filter((segment, index) => segment !== '.' && (segment !== '' || index === 0)).join('/');
}

/** `containers[2].image` of the container `web` as `containers[web].image`; other lists lose their indices. */
function withoutIndices(field: string, container: string): string {
  return field
    .replace(/((?:initC|ephemeralC|c)ontainers)\[\d{1,9}\]/, (_, list: string) => `${list}[${container}]`)
    .replace(/\[\d{1,9}\]/g, '[]');
}

/** Without the lines, columns and indices that a message repeats. */
function withoutPlaces(message: string): string {
  return message
    .replace(/\b(line|column|document) \d{1,9}\b/g, '$1')
    .replace(/:\d{1,9}:\d{1,9}\b/g, '')
    .replace(/\[\d{1,9}\]/g, '[]');
}
