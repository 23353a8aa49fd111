import type { FindingReport } from '../core/contract/check-report.ts';
import type { ContainerProof, PodProof, ProofReport } from '../core/contract/proof-report.ts';
import { formatDuration } from '../core/units.ts';
import { visibleLine } from '../core/visible-text.ts';
import { count, type Row, renderRows, type TextOptions, wrapText } from './columns.ts';
import { describeContainerType } from './describe-value.ts';
import { allFactRows, factSummaryRows, failedFactRows } from './fact-rows.ts';
import { findingRows } from './finding-rows.ts';
import { processLines } from './process-lines.ts';

export interface ProofTextOptions extends TextOptions {
  /** Every fact, and not only what is worth knowing of those that hold. */
  readonly all: boolean;
}

/** `podproof prove` for people: each pod and its containers, what does not hold first; the sum stands last. */
export function renderProof(report: ProofReport, options: ProofTextOptions): string {
  const lines = report.pods.flatMap((pod) => [...renderPod(pod, report, options), '']);
  lines.push(summaryLine(report, options));
  return `${lines.join('\n')}\n`;
}

function renderPod(pod: PodProof, report: ProofReport, options: ProofTextOptions): string[] {
  const took = pod.startedInMs === undefined ? '' : ` in ${formatDuration(pod.startedInMs)}`;
  const left = `pod ${pod.namespace}/${pod.name}  ${pod.phase}${took}`;
  const right = `${report.runtime}, profile ${report.profile}`;
  const gap = ' '.repeat(Math.max(2, options.columns - left.length - right.length));
  const lines = [`${left}${gap}${options.palette.dim(right)}`];
  if (pod.reason !== undefined) {
    const refusal: Row = { cells: [pod.reason, pod.message ?? ''], tone: 'bad' };
    lines.push(...renderRows([refusal], 2, options));
  }
  for (const container of pod.containers) lines.push('', ...renderContainer(container, options));
  const told = worthTelling(pod.findings, options);
  if (told.length > 0) lines.push('', ...renderRows(findingRows(told), 2, options));
  return lines;
}

function renderContainer(container: ContainerProof, options: ProofTextOptions): string[] {
  const type = describeContainerType(container.type);
  const head = [container.name, visibleLine(imageName(container)), type]
    .filter((part) => part !== '')
    .join('   ');
  const facts = container.proof?.facts ?? [];
  const table = [
    ...stateRows(container),
    ...failedFactRows(facts),
    ...(options.all ? allFactRows(facts) : factSummaryRows(facts, container.processes, container.writable)),
    ...findingRows(worthTelling(container.findings, options)),
  ];
  return [
    `  ${head}   ${verdict(container, options)}`,
    ...renderRows(table, 4, options),
    ...processLines(container.processes, options),
    ...logLines(container, options),
  ];
}

/** Notes explain; they are for who asks for everything. */
function worthTelling(
  findings: readonly FindingReport[],
  { all }: ProofTextOptions,
): readonly FindingReport[] {
  return all ? findings : findings.filter(({ severity }) => severity === 'warning');
}

function imageName({ image, imageDigest }: ContainerProof): string {
  if (imageDigest === undefined || image.includes('@')) return image;
  return `${image}@${imageDigest.slice(0, 'sha256:'.length + 12)}`;
}

function verdict({ proof, state }: ContainerProof, { palette }: TextOptions): string {
  if (proof === undefined) {
    if (state.waiting === undefined) return palette.bad('not observed');
    return palette.bad(state.waiting.reason === 'CrashLoopBackOff' ? 'keeps failing' : 'not started');
  }
  const total = count(proof.facts.length, 'fact');
  const holding = proof.facts.filter((fact) => fact.holds).length;
  if (proof.holds) return palette.good(`expected = kernel, all ${total} hold`);
  return palette.bad(`${holding} of ${total} hold`);
}

/** Running is what a proof is about and says nothing; a container that waits or has ended says why. */
function stateRows({ state, restartCount, advice, adviceLine }: ContainerProof): readonly Row[] {
  const restarts: Row[] = restartCount === 0 ? [] : [{ cells: ['restarts', String(restartCount)] }];
  if (state.waiting !== undefined) {
    const { reason, message } = state.waiting;
    // Without a message it only waits for others.
    const tone = message === undefined ? 'dim' : 'bad';
    const at = adviceLine === undefined ? {} : { line: `:${adviceLine}` };
    const toDo: Row[] = advice === undefined ? [] : [{ cells: ['', advice], ...at }];
    return [{ cells: [reason, message ?? ''], tone }, ...toDo, ...restarts];
  }
  if (state.terminated === undefined) return restarts;
  const { exitCode, reason, message } = state.terminated;
  const text = `exit code ${exitCode}, ${reason}${message === undefined || message === '' ? '' : `: ${message}`}`;
  return [{ cells: ['ended', text], ...(exitCode !== 0 && { tone: 'bad' as const }) }, ...restarts];
}

function logLines({ logTail }: ContainerProof, { columns, palette }: TextOptions): readonly string[] {
  if (logTail === undefined || logTail.length === 0) return [];
  const lines = logTail.flatMap((line) => wrapText(line, columns - 6));
  return [`    its last words:`, ...lines.map((line) => `      ${palette.dim(line)}`)];
}

function summaryLine({ summary, pods: proofs }: ProofReport, { palette }: TextOptions): string {
  const { pods, containers, proven, failed, refused } = summary;
  const unseen = proofs.flatMap((pod) => pod.containers).filter(isUnseen).length;
  const parts = [
    ...(proven > 0 ? [palette.good(`${proven} proven`)] : []),
    ...(failed > 0 ? [palette.bad(`${failed} failed`)] : []),
    ...(refused > 0 ? [palette.bad(`${refused} refused`)] : []),
    ...(unseen > 0 ? [`${unseen} not observed`] : []),
  ];
  return `${count(pods, 'pod')}, ${count(containers, 'container')}: ${parts.join(', ') || 'nothing to prove'}`;
}

/** Over and done before the kernel could be asked. */
function isUnseen({ proof, state }: ContainerProof): boolean {
  return proof === undefined && state.terminated?.exitCode === 0;
}
