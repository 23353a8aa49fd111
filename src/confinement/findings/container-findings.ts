import type { Finding } from '../../core/finding.ts';
import { capabilityPrefix } from './capability-prefix.ts';
import { implicitRoot } from './implicit-root.ts';
import type { ContainerFinding, FindingSubject } from './subject.ts';

/** In the order in which they are shown. */
const findings: readonly ContainerFinding[] = Object.freeze([implicitRoot, capabilityPrefix]);

/** Everything worth telling about one container's confinement. */
export function containerFindings(subject: FindingSubject): readonly Finding[] {
  return findings.flatMap((finding) => finding(subject));
}
