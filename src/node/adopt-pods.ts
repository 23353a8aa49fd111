import { messageOf } from '../core/errors.ts';
import type { Pod } from '../kube/pod.ts';
import { checkNames } from './check-names.ts';
import { bootId } from './keep/boot-id.ts';
import { discardStrangers, findStarts } from './keep/find-starts.ts';
import { pastEnds } from './keep/past-ends.ts';
import { pastRuns } from './keep/past-runs.ts';
import type { PodState } from './keep/pod-state.ts';
import { readPodState } from './keep/state-file.ts';
import { nodeFilesOf } from './node-files.ts';
import type { NodePorts } from './node-ports.ts';
import { type PodRecord, readPodRecords } from './pod-record.ts';
import { podWork, preparationOf } from './pod-work.ts';
import { type PodPast, type PodWork, PodWorker } from './pod-worker.ts';
import { downwardFacts, type PreparedPod } from './prepare-pod.ts';
import { removePod } from './remove-pod.ts';
import type { PodOptions, RunningPod } from './running-pod.ts';

export interface AdoptOptions {
  readonly onUnreadable?: (pod: UnreadablePod) => void;
  /** Leaves those that have no sandbox as they are. */
  readonly onlyWithSandbox?: boolean;
}

/** A kept pod of which nobody can tell what it was; it has been taken away. */
export interface UnreadablePod {
  readonly record: PodRecord;
  readonly why: string;
}

/**
 * Goes on with all pods that a node of this root has kept, for the process that holds the node's lock. A pod whose
 * sandbox is still there goes on as it is; one that was halted, or went down with the machine, begins again with its
 * volumes. What cannot be read is removed and told: its object in the API says what it is to be.
 *
 *     record, state -> sandbox there?  yes: starts found out, strangers removed -> resume
 *                                      no:  ends found out, leftovers removed   -> begin again
 */
export async function adoptPods(
  node: NodePorts,
  options: (pod: Pod) => PodOptions,
  { onUnreadable, onlyWithSandbox = false }: AdoptOptions = {},
): Promise<readonly RunningPod[]> {
  const { records } = await readPodRecords(node.dirs.lib);
  const kept = records.filter(({ keeper }) => keeper === 'node');
  // What is left of gone sandboxes is removed before any is made again: with the last of them goes their network, of
  // which a reboot has left only half.
  const begins = await Promise.all(
    kept.map(async (record) => {
      try {
        return await takeOver(node, record, options, onlyWithSandbox);
      } catch (error) {
        onUnreadable?.({ record, why: messageOf(error) });
        // One that cannot be taken away now does not keep the others: the next start tries again.
        await removePod(node.engine, record).catch((failure: unknown) =>
          onUnreadable?.({ record, why: messageOf(failure) }),
        );
        return undefined;
      }
    }),
  );
  return begins.flatMap((begin) => begin?.() ?? []);
}

type Begin = () => RunningPod;

async function takeOver(
  node: NodePorts,
  record: PodRecord,
  options: (pod: Pod) => PodOptions,
  onlyWithSandbox: boolean,
): Promise<Begin | undefined> {
  const state = await readPodState(record.dir);
  checkNames(state.pod);
  const wanted: PodOptions = {
    ...options(state.pod),
    keeper: 'node',
    withoutNetwork: state.withoutNetwork,
  };
  const work = podWork({ node, pod: state.pod, record, options: wanted }, []);
  const isSameBoot = state.bootId === bootId();
  const sandbox = state.prepared?.sandbox;
  const ids =
    sandbox === undefined || !isSameBoot || isHalted(state)
      ? undefined
      : await node.engine.adoptSandbox(sandbox);
  if (ids !== undefined) return resume(work, state, ids);
  return onlyWithSandbox ? undefined : beginAgain(work, state, isSameBoot);
}

function isHalted({ life }: PodState): boolean {
  return (life.stage === 'stopping' || life.stage === 'finished') && life.cause.kind === 'halted';
}

async function resume(work: PodWork, state: PodState, ids: readonly string[]): Promise<Begin> {
  const { request } = work;
  const prepared = preparedOf(work, state);
  const runs = pastRuns(request, state, true);
  const life =
    prepared === undefined ? state.life : await findStarts(work, state.life, runs, prepared.sandbox);
  if (prepared !== undefined) await discardStrangers(request, prepared.sandbox, ids, runs);
  return () => {
    const worker = new PodWorker({ ...work, past: { ...state, life, prepared, runs } });
    worker.resume();
    return worker;
  };
}

function preparedOf({ request }: PodWork, { prepared }: PodState): PreparedPod | undefined {
  if (prepared === undefined) return undefined;
  const { sandbox, volumes } = prepared;
  return {
    images: request.images.known,
    sandbox,
    facts: downwardFacts(request, sandbox),
    volumes: new Map(volumes.map((volume) => [volume.name, volume])),
    files: nodeFilesOf(request.record.dir),
  };
}

async function beginAgain(work: PodWork, state: PodState, isSameBoot: boolean): Promise<Begin> {
  const { request, options } = work;
  const { node, record } = request;
  const runs = pastRuns(request, state, isSameBoot);
  const ends = await pastEnds(request, runs);
  await node.gate(() => node.engine.removeSandbox({ id: record.uid, dir: record.dir }));
  const past: PodPast = { ...state, stopDeadline: undefined, prepared: undefined, runs };
  return () => {
    const worker = new PodWorker({ ...work, past });
    worker.beginAgain(ends, state.prepared !== undefined, preparationOf(worker, options));
    return worker;
  };
}
