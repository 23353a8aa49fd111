import { writablePaths } from '../../confinement/writable-paths.ts';
import type { FindingReport } from '../../core/contract/check-report.ts';
import type { ContainerProof, ProcessReport, Proof } from '../../core/contract/proof-report.ts';
import { formatFieldPath } from '../../core/field-path.ts';
import type { RunningContainer } from '../../node/running-pod.ts';
import type { Observation } from '../../proof/observation.ts';

/** What was found out of a container. */
export interface ProvenContainer {
  /** The run that was looked at last, unique in the pod: `web-1`. It may have ended before there was anything to see. */
  readonly lookedAt: string;
  /** The last run that was seen. */
  readonly seen: SeenRun | undefined;
}

export interface SeenRun {
  readonly id: string;
  readonly proof: Proof;
  /** Right after its start, as nearly as that was looked at. */
  readonly atStart: Observation;
  readonly observation: Observation;
  readonly processes: readonly ProcessReport[];
}

/** A pod may have any number of them, and its proof is an object in a store. */
const maxProcesses = 100;

/** What a proof says of one container. */
export function containerProof(container: RunningContainer, run: SeenRun | undefined): ContainerProof {
  const { name, type, status, image, confinement } = container;
  const seen = run?.id === container.runtimeContainer?.id ? run : undefined;
  return {
    name,
    type,
    image: container.container.image ?? status.image,
    ...(image !== undefined && { imageDigest: image.digest }),
    state: status.state,
    restartCount: status.restartCount,
    ...(seen !== undefined && { proof: seen.proof }),
    processes: (seen?.processes ?? []).slice(0, maxProcesses),
    ...(seen !== undefined && confinement !== undefined && { writable: writablePaths(confinement) }),
    findings: findingsOf(container),
  };
}

function findingsOf({ findings, name }: RunningContainer): readonly FindingReport[] {
  return findings
    .filter(({ container }) => container === name)
    .map(({ severity, code, message, path, advice }) => ({
      severity,
      code,
      message,
      ...(path.length > 0 && { field: formatFieldPath(path) }),
      ...(advice !== undefined && { advice }),
    }));
}
