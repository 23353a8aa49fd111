import type { IdentityReport } from './image-report.ts';

/**
 * The JSON of `podproof check -o json`. Stable and versioned by `apiVersion`: members are added, never renamed.
 * The text output is rendered from it, so that both always say the same.
 */
export interface CheckReport {
  readonly apiVersion: 'podproof.dev/v1';
  readonly kind: 'CheckReport';
  readonly profile: string;
  /** The Kubernetes version whose texts are spoken: `1.36`. */
  readonly kubernetes: string;
  readonly workloads: readonly WorkloadReport[];
  /** Objects that make no pods, and that the API server would refuse or warn about. */
  readonly objects: readonly ObjectReport[];
  readonly dockerfiles: readonly DockerfileReport[];
  /** What could not be read, wholly or in part; everything else was checked all the same. */
  readonly problems: readonly ProblemReport[];
  readonly skipped: readonly SkippedReport[];
  readonly summary: CheckSummary;
}

/** What one file, or one rendering of a chart or a kustomization, has to say. A `CheckReport` joins these. */
export interface FileReport {
  readonly workloads: readonly WorkloadReport[];
  readonly objects: readonly ObjectReport[];
  readonly dockerfiles: readonly DockerfileReport[];
  readonly problems: readonly ProblemReport[];
  readonly skipped: readonly SkippedReport[];
}

/** Suppressed findings are in none of the counts but their own. */
export interface CheckSummary {
  readonly workloads: number;
  readonly dockerfiles: number;
  /** Objects, workloads among them, that the API server would refuse as invalid. */
  readonly invalid: number;
  readonly denied: number;
  /** Workloads, and images of Dockerfiles. */
  readonly wouldNotStart: number;
  readonly warnings: number;
  /** What could not be read. */
  readonly problems: number;
  /** Findings that an annotation, the configuration or the baseline takes out. */
  readonly suppressed: number;
}

/** Something that could not be read. */
export interface ProblemReport {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  readonly advice?: string;
}

/** Something that was not read, and is no mistake. */
export interface SkippedReport {
  readonly file: string;
  readonly reason: string;
}

/** Why a finding does not count: who said so, where, and for what reason. */
export interface Suppression {
  readonly by: 'annotation' | 'configuration' | 'baseline';
  readonly reason: string;
}

/** Where an object was written. */
export interface SourcePosition {
  /** As the user named it; for what was rendered, the directory of the chart or kustomization. */
  readonly file: string;
  /** Position of the document in its file, from 0. */
  readonly document: number;
  /** Line of the document's first key in its file, from 1. */
  readonly line: number;
  /**
   * For a rendered object: the command that rendered it and, where known, the file that it was rendered from, and the line
   * of the object in it. Lines and columns of the report are those of the rendering.
   */
  readonly rendered?: { readonly by: string; readonly template?: string; readonly templateLine?: number };
}

/** What there is to say of one object. */
export interface ObjectReport {
  readonly source: SourcePosition;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty for a kind that is in no namespace. */
  readonly namespace: string;
  readonly name: string;
  /** What the API server would refuse the object for. The verdicts are given all the same. */
  readonly invalid: readonly InvalidReport[];
  readonly findings: readonly CheckedFinding[];
}

/** Something that the API server would refuse an object for. */
export interface InvalidReport {
  /** Upstream's own text: `spec.containers[0].name: Required value`. */
  readonly message: string;
  /** Path in the document. */
  readonly field: string;
  readonly line: number;
  readonly column: number;
  readonly suppressed?: Suppression;
}

/** Its findings are about the pod as a whole; a container's are with the container. */
export interface WorkloadReport extends ObjectReport {
  readonly admission: AdmissionReport;
  readonly containers: readonly ContainerReport[];
}

/** Pod Security admission's verdict. */
export interface AdmissionReport {
  readonly level: 'privileged' | 'baseline' | 'restricted';
  /** `v1.36` or `latest`. */
  readonly version: string;
  readonly allowed: boolean;
  /** Upstream's own sentence; empty when allowed. */
  readonly message: string;
  readonly violations: readonly ViolationReport[];
  /** How many controls were evaluated. */
  readonly controls: number;
  /** The request is not judged at all: upstream's reason. */
  readonly exempt?: 'namespace' | 'user' | 'runtimeClass';
}

/** One control of the Pod Security Standards that a pod violates. */
export interface ViolationReport {
  /** Upstream's check id: `runAsNonRoot`. */
  readonly check: string;
  readonly reason: string;
  readonly detail: string;
  /** Paths in the document: `spec.template.spec.containers[0].securityContext`. */
  readonly fields: readonly string[];
  /** The line to write, and where: `securityContext.allowPrivilegeEscalation: false` below the container. */
  readonly advice?: string;
  readonly line?: number;
  readonly column?: number;
  readonly suppressed?: Suppression;
}

/** One container: whether it would start, and how the kernel would confine it. */
export interface ContainerReport {
  readonly name: string;
  readonly type: 'container' | 'init' | 'sidecar' | 'ephemeral';
  readonly image: string;
  /** What was known of the image: `unknown` assumes root; `config` lacks the accounts of its layers. */
  readonly imageKnown: 'yes' | 'config' | 'unknown';
  readonly imageDigest?: string;
  readonly start: StartReport;
  /**
   * The confinement's members by name, each `{ value, from, line? }`; see `confinement/confinement.ts`. Empty, as
   * `writable` is, where no output shows it.
   */
  readonly confinement: Readonly<Record<string, SourcedReport>>;
  /** Absolute paths in the container where its process can write, with what lies there: `/tmp` (emptyDir). */
  readonly writable: readonly { readonly path: string; readonly what: string }[];
  readonly findings: readonly CheckedFinding[];
}

/** The kubelet's and the runtime's verdict: `reason` and `message` are theirs. */
export type StartReport =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly message: string;
      readonly advice?: string;
      /** Path in the document of the field to write; it may not have been written yet. */
      readonly field?: string;
      /** Where it stands, or the nearest thing around it that was written. */
      readonly line?: number;
      readonly column?: number;
      readonly suppressed?: Suppression;
    };

/** A member of the confinement, and where its value comes from. */
export interface SourcedReport {
  readonly value: unknown;
  /** `spec.template.spec.securityContext.runAsUser`, `image USER 1654`, `runtime default (containerd)`. */
  readonly from: string;
  /** Line of the field in its file, when the manifest says it. */
  readonly line?: number;
}

/** Something worth knowing that refuses nothing; `code` is one of docs/checks.md. */
export interface FindingReport {
  readonly severity: 'warning' | 'note';
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly line?: number;
  readonly column?: number;
  readonly advice?: string;
}

/** A finding of a check, where it may be known and accepted. */
export interface CheckedFinding extends FindingReport {
  readonly suppressed?: Suppression;
}

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
  /**
   * Would the kubelet start a container of this image, where the pod says no more than the level demands:
   * `runAsNonRoot: true` at restricted. What has nothing to start is not refused.
   */
  readonly start: StartReport;
  readonly findings: readonly CheckedFinding[];
}
