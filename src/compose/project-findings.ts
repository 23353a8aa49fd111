import type { FindingReport } from '../core/contract/check-report.ts';
import type { LineIndex } from '../manifest/line-index.ts';
import type { ComposeDocument } from './compose-document.ts';
import type { TranslatedService } from './compose-workload.ts';
import { SERVICE_FIELDS } from './fields/service-fields.ts';

/** More names than this are counted. */
const MAX_NAMED = 12;

/** What is said once for all services of a file. */
export function projectFindings(
  services: readonly TranslatedService[],
  document: ComposeDocument,
  lines: LineIndex,
  base: string | undefined,
): readonly FindingReport[] {
  return [
    overriding(base),
    asPods(services),
    publishedPorts(services, lines),
    withoutCounterpart(services),
    included(document, lines),
    unsetVariables(document, lines),
  ].filter((finding) => finding !== undefined);
}

function overriding(base: string | undefined): FindingReport | undefined {
  if (base === undefined) return undefined;
  return {
    severity: 'note',
    code: 'compose-override',
    message: `each service is judged on top of the one in ${base}; those that are only there are judged with that file`,
  };
}

function asPods(services: readonly TranslatedService[]): FindingReport | undefined {
  const relies = services.some(({ workload }) => {
    const { seccompProfile } = workload.pod.spec.containers[0]?.securityContext ?? {};
    const path = workload.composePath(['spec', 'containers', 0, 'securityContext', 'seccompProfile']);
    return seccompProfile?.type === 'RuntimeDefault' && !workload.isWritten(path);
  });
  if (!relies) return undefined;
  return {
    severity: 'note',
    code: 'compose-as-pod',
    message:
      "services are judged as the pods that are confined alike: Docker's default of seccomp is written as RuntimeDefault",
  };
}

function publishedPorts(services: readonly TranslatedService[], lines: LineIndex): FindingReport | undefined {
  const first = services.find(({ draft }) => draft.node(['ports']) !== undefined);
  if (first === undefined) return undefined;
  return {
    severity: 'note',
    code: 'compose-published-ports',
    message:
      'published ports are judged as reached through a Service: no port of the node is taken, but with mode: host',
    ...lines.positionOf(first.draft.offsetOf(['ports'])),
  };
}

/** One note for all fields that the pods do not have. */
function withoutCounterpart(services: readonly TranslatedService[]): FindingReport | undefined {
  const unjudged = new Set<string>();
  const elsewhere = new Set<string>();
  for (const { draft } of services) {
    for (const field of draft.fieldNames) {
      const fate = SERVICE_FIELDS.get(field);
      if (fate === 'unjudged') unjudged.add(field);
      else if (fate === 'elsewhere') elsewhere.add(field);
    }
  }
  const parts = [
    ...(unjudged.size > 0 ? [`a pod has no field for ${listed(unjudged)}`] : []),
    ...(elsewhere.size > 0 ? [`without bearing on confinement: ${listed(elsewhere)}`] : []),
  ];
  if (parts.length === 0) return undefined;
  return { severity: 'note', code: 'compose-not-judged', message: `not judged: ${parts.join('; ')}` };
}

function included({ root }: ComposeDocument, lines: LineIndex): FindingReport | undefined {
  const entry = root.entries.get('include');
  if (entry === undefined) return undefined;
  return {
    severity: 'note',
    code: 'compose-include',
    message: 'what include names is not read along: each file is checked by itself',
    field: 'include',
    ...lines.positionOf(entry.keyOffset),
  };
}

function unsetVariables({ unset }: ComposeDocument, lines: LineIndex): FindingReport | undefined {
  const [first] = unset.values();
  if (first === undefined) return undefined;
  const variables = unset.size === 1 ? 'variable' : 'variables';
  return {
    severity: 'note',
    code: 'compose-variable-unset',
    message: `${variables} without a value, read as empty: ${listed(unset.keys())}`,
    advice: 'write a default, as in ${NAME:-value}, or set it in .env beside the file',
    ...lines.positionOf(first),
  };
}

function listed(names: Iterable<string>): string {
  const all = [...names].toSorted();
  const shown = all.slice(0, MAX_NAMED).map((name) => (name.length > 60 ? `${name.slice(0, 60)}...` : name));
  const rest = all.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
