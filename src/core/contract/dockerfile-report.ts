import type { CheckedFinding, StartReport } from './check-report.ts';
import type { IdentityReport } from './image-report.ts';

/** Who the image of a Dockerfile will run as, and whether `runAsNonRoot` can verify it. */
export interface DockerfileReport {
  readonly source: { readonly file: string; readonly line: number };
  /** The stage that was judged: its name, or its number where it has none. */
  readonly stage: string;
  /** The image that its outermost stage is built from, arguments resolved: `mcr.microsoft.com/dotnet/aspnet:8.0`. */
  readonly base: string;
  /** What was known of the base image: as in `ContainerReport.imageKnown`; `scratch` is known. */
  readonly baseKnown: 'yes' | 'config' | 'unknown';
  readonly identity: IdentityReport;
  /** Would the kubelet start a container of this image under `runAsNonRoot: true` and nothing else. */
  readonly start: StartReport;
  readonly findings: readonly CheckedFinding[];
}
