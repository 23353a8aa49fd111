import type { KubeletPort } from '../apiserver/kubelet-port.ts';
import type { RunningPod } from '../node/running-pod.ts';
import type { Engine } from '../runtime/engine.ts';
import { attachSession } from './streams/attach-session.ts';
import { connectToPod } from './streams/connect-to-pod.ts';
import { execSession } from './streams/exec-session.ts';
import { findRunningContainer } from './streams/find-running-container.ts';
import { openLog } from './streams/open-log.ts';

export interface StreamsContext {
  readonly engine: Engine;
  readonly findPod: (uid: string) => RunningPod | undefined;
}

/** What clients do with the containers of running pods: read their logs, run processes in them, join them, connect to them. */
export function openStreams({
  engine,
  findPod,
}: StreamsContext): Pick<KubeletPort, 'readLogs' | 'exec' | 'attach' | 'connect'> {
  return {
    readLogs: (pod, container, options, signal) =>
      openLog(pod, findPod(pod.metadata.uid ?? ''), container, options, signal),
    exec: async (pod, container, request) =>
      execSession(engine, findRunningContainer(findPod, pod, container), request),
    attach: async (pod, container, request) =>
      attachSession(engine, findRunningContainer(findPod, pod, container), request),
    connect: (pod, port) => connectToPod(findPod(pod.metadata.uid ?? ''), pod, port),
  };
}
