import { followLog, type LogLine } from '../node/logs.ts';
import type { RunningPod } from '../node/running-pod.ts';

/** Where a line came from, and the line. The next one is read when it resolves. */
export type Print = (
  from: { readonly pod: string; readonly container: string },
  line: LogLine,
) => Promise<void>;

export interface Follow {
  /** Resolves when everything that was written is printed. The pod must be over. */
  done(): Promise<void>;
}

/** Prints what the containers of a pod write, run after run. */
export function followPod(pod: RunningPod, print: Print): Follow {
  const followed = new Set<string>();
  const readers: Promise<void>[] = [];
  const look = (): void => {
    for (const { name, runtimeContainer, logPath, ended } of pod.containers()) {
      if (runtimeContainer === undefined || followed.has(runtimeContainer.id)) continue;
      followed.add(runtimeContainer.id);
      const from = { pod: pod.pod.metadata.name ?? '', container: name };
      const reader = printLog(logPath, ended, (line) => print(from, line));
      // Who waits at the end is told of its failure; until then it must not end the process, which has pods to remove.
      reader.catch(() => undefined);
      readers.push(reader);
    }
  };
  const unsubscribe = pod.subscribe(look);
  look();
  return {
    done: async () => {
      unsubscribe();
      await Promise.all(readers);
    },
  };
}

async function printLog(
  path: string,
  ended: AbortSignal,
  print: (line: LogLine) => Promise<void>,
): Promise<void> {
  for await (const line of followLog(path, ended)) await print(line);
}
