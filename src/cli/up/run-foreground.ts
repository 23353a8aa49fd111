import { PODPROOF_VERSION } from '../../core/version.ts';
import { reportReady } from '../../runtime/start-daemon.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { lastResort } from './last-resort.ts';
import { nodePaths } from './node-files.ts';
import { withNodeLog } from './node-log.ts';
import { runNode } from './run-node.ts';
import { STOP_SIGNALS } from './stop-node.ts';
import type { UpOptions } from './up-options.ts';

/**
 * The node in this process, until a signal ends it: SIGINT (Ctrl-C, `podproof down`) stops the pods as well, SIGTERM (a
 * service manager that restarts it) leaves them running for the next one. A second signal does not let pods have the time
 * that they were given to end. A defect after which nothing is certain ends it as SIGTERM does.
 */
export async function runForeground(options: UpOptions, outer: CommandContext): Promise<number> {
  const context = withNodeLog(outer, nodePaths(outer.root).log);
  const { env, stdout, stderr } = context;
  const defects = lastResort(process, (text) => stderr.write(text));
  const stop = awaitStop(context);
  stdout.write(`podproof: node starting, process ${process.pid}, podproof ${PODPROOF_VERSION}\n`);
  const node = await runNode(options, context);
  // Who waits for a node that is told to end as it starts waits for nothing.
  if (!stop.isAsked()) {
    stdout.write(`podproof: node ready at ${node.url}\n`);
    reportReady(env, node.url);
  }
  const pods = await Promise.race([stop.asked, defects.broken.then(() => 'keep' as const)]);
  const fate = pods === 'halt' ? 'its pods end with it' : 'its pods go on running';
  stdout.write(`podproof: node stopping; ${fate}\n`);
  await node.close(pods, stop.hurry);
  stdout.write('podproof: node stopped\n');
  return defects.isBroken() ? EXIT.machine : EXIT.asWanted;
}

interface Stop {
  readonly asked: Promise<'halt' | 'keep'>;
  isAsked(): boolean;
  /** Aborted when it is asked for once more. */
  readonly hurry: AbortSignal;
}

/** Listens before there is a node: a signal during its start ends it once it is up. */
function awaitStop({ onSignals }: CommandContext): Stop {
  const hurry = new AbortController();
  let isAsked = false;
  const asked = new Promise<'halt' | 'keep'>((resolve) => {
    onSignals([STOP_SIGNALS.halt, STOP_SIGNALS.keep, 'SIGHUP'], (name) => {
      // The terminal of a node in the background has nothing to say.
      if (name === 'SIGHUP') return;
      if (isAsked) hurry.abort();
      isAsked = true;
      resolve(name === STOP_SIGNALS.halt ? 'halt' : 'keep');
    });
  });
  return { asked, isAsked: () => isAsked, hurry: hurry.signal };
}
