// The library: what the command line can do, a program can. Explicit and named, so that nothing becomes public by chance.

export {
  decodePodSecurityConfiguration,
  type PodSecuritySettings,
} from './admission/pod-security-configuration.ts';
export { check } from './check/check.ts';
export { type CheckManifestOptions, checkManifest } from './check/check-manifest.ts';
export type { CheckedInput, CheckOptions, CheckSettings } from './check/check-options.ts';
export type { CheckRules } from './check/check-rules.ts';
export { type DockerfileImageOptions, imageFromDockerfile } from './check/image-from-dockerfile.ts';
export type { KnownImages } from './check/known-images.ts';
export type { Manifest } from './check/manifest-text.ts';
export { readPodSecurity } from './check/read-pod-security.ts';
export { type RenderCheckOptions, renderCheck } from './check/render-check.ts';
export { readMachineReport } from './cli/machine-report-for-programs.ts';
export { type ProveRequest, provePods } from './cli/prove-for-programs.ts';
export { confine } from './confinement/confine.ts';
export type { ConfineInput, ContainerInPod } from './confinement/confine-input.ts';
export type { Confinement, Profile } from './confinement/confinement.ts';
export { containersOf } from './confinement/containers.ts';
export type { Confined, Judged } from './confinement/judged.ts';
export { type Platform, typicalPlatform } from './confinement/platform.ts';
export { startVerdict } from './confinement/start-verdict.ts';
export type { StartVerdict } from './confinement/verdict.ts';
export {
  type CheckFinding,
  type FindingClass,
  type FindingObject,
  findingsOf,
} from './core/check-finding.ts';
export type {
  AdmissionReport,
  CheckedFinding,
  CheckReport,
  CheckSummary,
  ContainerReport,
  DockerfileReport,
  FileReport,
  FindingReport,
  InvalidReport,
  ObjectReport,
  ProblemReport,
  SkippedReport,
  SourcedReport,
  SourcePosition,
  StartReport,
  Suppression,
  ViolationReport,
  WorkloadReport,
} from './core/contract/check-report.ts';
export type { DoctorReport } from './core/contract/doctor-report.ts';
export type { ImageReport } from './core/contract/image-report.ts';
export type { ObservationReport, ObservedFact } from './core/contract/observation-report.ts';
export type {
  ContainerProof,
  Fact,
  PodProof,
  ProcessReport,
  Proof,
  ProofReport,
} from './core/contract/proof-report.ts';
export { type ErrorCode, PodproofError } from './core/errors.ts';
export type { FailOn } from './core/fail-on.ts';
export type { FieldPath } from './core/field-path.ts';
export type { Finding } from './core/finding.ts';
export { type DescribeOptions, describeImage } from './image/describe.ts';
export { identityOf } from './image/identity.ts';
export type { ContainerConfig, Image, ImageAccounts, ImageConfig, UnpackedImage } from './image/image.ts';
export {
  type ImageListEntry,
  type ImageStore,
  type ImageStoreOptions,
  openImageStore,
} from './image/image-store.ts';
export type { RegistryOptions } from './image/registry-options.ts';
export { applyDefaults, type DefaultedPod } from './kube/defaults.ts';
export type { Container, Pod } from './kube/pod.ts';
export type { ObjectLookup } from './kube/references.ts';
export type { ApiError, ManifestObject, ManifestSet } from './manifest/manifest-set.ts';
export { type ReadOptions, readManifests } from './manifest/read-manifests.ts';
export { type Workload, type WorkloadOptions, workloadsOf } from './manifest/workloads.ts';
export type { CheckResult } from './policy/check.ts';
export { evaluatePod, type PodEvaluation } from './policy/evaluate-pod.ts';
export type { Level, LevelVersion, PolicyVersion } from './policy/level-version.ts';
export { exitCodeFor } from './predict/exit-code.ts';
export type { ImageFinder } from './predict/image-finder.ts';
export { type PredictInput, predict } from './predict/predict.ts';
export { compare } from './proof/compare.ts';
export type { ProofContext } from './proof/fact.ts';
export type { Observation } from './proof/observation.ts';
export { observationFacts } from './proof/observation-facts.ts';
export { type ObserveOptions, observe, observeOptionsFor } from './proof/observe.ts';
export { processTree } from './proof/process-tree.ts';
export type { CheckFormatName } from './report/check/check-format.ts';
export type { MachineReport, MachineReportOptions, MachineRow } from './runtime/machine-report.ts';
