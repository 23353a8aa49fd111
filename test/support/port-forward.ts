import { spawn } from 'node:child_process';
import { KUBECTL } from './find-kubectls.ts';

export interface ForwardOptions {
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  /** kubectl of another version. */
  readonly program?: string;
}

/** Forwards a free local port to `port` of `target`, and hands it to `work`; ends with it. */
export async function forwarding<T>(
  target: string,
  port: number | string,
  { namespace, env, program = KUBECTL }: ForwardOptions,
  work: (localPort: number) => Promise<T>,
): Promise<T> {
  const child = spawn(program, [`--namespace=${namespace}`, 'port-forward', target, `:${port}`], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const localPort = await new Promise<number>((resolve, reject) => {
    let shown = '';
    const look = (chunk: Buffer): void => {
      shown += chunk.toString();
      const found = /Forwarding from 127\.0\.0\.1:(\d+) ->/.exec(shown)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', () => reject(new Error(`port-forward ended: ${shown}`)));
  });
  try {
    return await work(localPort);
  } finally {
    child.removeAllListeners('exit');
    child.kill();
  }
}
