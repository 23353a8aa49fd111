import { reportReady } from '../../runtime/start-daemon.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { runNode } from './run-node.ts';
import { STOP_SIGNALS } from './stop-node.ts';
import type { UpOptions } from './up-options.ts';

/**
 * The node in this process, until a signal ends it: SIGINT (Ctrl-C, `podproof down`) stops the pods as well, SIGTERM (a
 * service manager that restarts it) leaves them running for the next one.
 */
export async function runForeground(options: UpOptions, context: CommandContext): Promise<number> {
  const stop = stopRequest(context);
  const node = await runNode(options, context);
  context.stdout.write(`podproof: node ready at ${node.url}\n`);
  reportReady(context.env, node.url);
  const pods = await stop;
  context.stdout.write(`podproof: stopping; pods ${pods === 'halt' ? 'are stopped' : 'go on running'}\n`);
  await node.close(pods);
  return EXIT.asWanted;
}

/** Asked for before there is a node: a signal during its start ends it once it is up. */
function stopRequest(context: CommandContext): Promise<'halt' | 'keep'> {
  return new Promise((resolve) => {
    context.onSignals([STOP_SIGNALS.halt, STOP_SIGNALS.keep, 'SIGHUP'], (name) => {
      // The terminal of a node in the background has nothing to say.
      if (name !== 'SIGHUP') resolve(name === STOP_SIGNALS.halt ? 'halt' : 'keep');
    });
  });
}
