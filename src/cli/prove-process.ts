import { confine } from '../confinement/confine.ts';
import type { Confinement } from '../confinement/confinement.ts';
import { containersOf } from '../confinement/containers.ts';
import type { ObservationReport } from '../core/contract/observation-report.ts';
import { PodproofError } from '../core/errors.ts';
import type { Origin } from '../core/sourced.ts';
import type { Workload } from '../manifest/workloads.ts';
import { compare } from '../proof/compare.ts';
import { observationFacts } from '../proof/observation-facts.ts';
import { observe, observeOptionsFor } from '../proof/observe.ts';
import { processTree } from '../proof/process-tree.ts';
import { readPlatform } from '../runtime/read-platform.ts';
import type { CommandContext } from './command.ts';
import type { CommandLine } from './command-line.ts';
import { EXIT } from './exit-code.ts';
import { findImage } from './find-image.ts';
import { printReport } from './print-report.ts';
import { profileOf } from './profile.ts';
import { readWorkloads } from './read-workloads.ts';

/** `podproof prove --pid N`: what the kernel says of a process, against a manifest's container if there is one. */
export async function proveProcess(
  files: readonly string[],
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const pid = parsePid(line.text('pid') ?? '');
  const expected = await expectedContainer(files, line, context);
  const observation = await observe(
    pid,
    expected === undefined ? {} : observeOptionsFor(expected.confinement),
  );
  const proof =
    expected &&
    compare(expected.confinement, observation, {
      lineOf: ({ kind, ...origin }: Origin) =>
        kind === 'manifest' && 'path' in origin ? expected.workload.locate(origin.path).line : undefined,
    });
  const report: ObservationReport = {
    apiVersion: 'podproof.dev/v1',
    kind: 'ObservationReport',
    pid,
    command: observation.args.join(' '),
    facts: observationFacts(observation),
    processes: processTree(pid),
    ...(proof !== undefined && { proof, container: expected?.confinement.container ?? '' }),
    findings: [],
  };
  await printReport(report, line, context, async (options) => {
    const { renderObservation } = await import('../report/render-observation.ts');
    return renderObservation(report, { ...options, all: line.has('all') });
  });
  return proof?.holds === false ? EXIT.findings : EXIT.asWanted;
}

function parsePid(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new PodproofError('usage', `option "--pid" cannot be "${text}": it is the number of a process`);
}

interface ExpectedContainer {
  readonly workload: Workload;
  readonly confinement: Confinement;
}

async function expectedContainer(
  files: readonly string[],
  line: CommandLine,
  context: CommandContext,
): Promise<ExpectedContainer | undefined> {
  const name = line.text('container');
  if (files.length === 0) {
    if (name === undefined) return undefined;
    throw new PodproofError('usage', `option "--container" needs the manifest that has "${name}": -f FILE`);
  }
  const { workloads } = await readWorkloads(files, context);
  const candidates = workloads.flatMap((workload) =>
    containersOf(workload.pod).map((container) => ({ workload, container })),
  );
  const named = candidates.filter(({ container }) => name === undefined || container.container.name === name);
  const [found] = named;
  if (found === undefined || named.length > 1) {
    const names = candidates.map(({ container }) => container.container.name).join(', ');
    const what = found === undefined ? `there is no container "${name}"` : 'there are several containers';
    throw new PodproofError('usage', `cannot tell the container to compare with: ${what}`, {
      advice: `--container NAME, one of: ${names}`,
    });
  }
  const { workload, container } = found;
  const image = await findImage('cached', container.container.image ?? '', context);
  const { confinement } = confine({
    pod: workload.pod,
    container,
    image,
    platform: readPlatform(profileOf(line)),
  });
  return { workload, confinement };
}
