import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { NodeReport } from '../../core/contract/node-report.ts';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { shellWord } from '../../core/shell-word.ts';
import { makeDirectory } from '../../linux/make-directory.ts';
import { assertNodeMachine } from '../../runtime/assert-node-machine.ts';
import { startDaemon } from '../../runtime/start-daemon.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { nodePaths, readNodeProcess, readSettings } from './node-files.ts';
import { withoutMessages } from './node-log.ts';
import { nodeReport } from './node-report.ts';
import { type UpOptions, upArguments } from './up-options.ts';

const readyTimeoutMs = 60_000;

/** Starts the node in a process of its own, waits until it answers, and says how to use it. Resolves to the exit code. */
export async function startInBackground(
  options: UpOptions,
  asJson: boolean,
  context: CommandContext,
): Promise<number> {
  assertNodeMachine(options.runtime);
  const paths = nodePaths(context.root);
  const running = readNodeProcess(paths);
  if (running !== undefined) throw alreadyRuns(running.pid, running.url);
  const startedAt = performance.now();
  makeDirectory(dirname(paths.log), 0o711);
  const logFrom = sizeOf(paths.log);
  const [program = '', ...words] = context.program;
  const start = await startDaemon({
    program,
    args: [...words, 'up', '--foreground', ...rootArguments(context), ...upArguments(options)],
    env: withAbsolutePaths(context.env),
    logPath: paths.log,
    readyTimeoutMs,
    signal: context.signal,
  });
  const report = start.ok
    ? await nodeReport(context, { readyInMs: Math.round(performance.now() - startedAt) })
    : undefined;
  if (report?.running === true) {
    await printStart(report, options, asJson, context);
    return EXIT.asWanted;
  }
  context.signal.throwIfAborted();
  if (start.ok || start.exitCode === EXIT.asWanted)
    throw new PodproofError('interrupted', 'the node was stopped while it started');
  // What it printed is its own error, advice included.
  context.stderr.write(errorIn(readFrom(paths.log, logFrom), paths.log));
  return start.exitCode ?? EXIT.machine;
}

function errorIn(log: string, path: string): string {
  return (
    withoutMessages(log) ||
    `podproof: the node ended before it was ready\n  its log, ${path} , may tell why\n`
  );
}

/** The node's working directory is not this command's. */
function withAbsolutePaths(env: CommandContext['env']): CommandContext['env'] {
  const { KUBECONFIG } = env;
  if (KUBECONFIG === undefined) return env;
  const paths = KUBECONFIG.split(':').map((path) => (path === '' ? '' : resolve(path)));
  return { ...env, KUBECONFIG: paths.join(':') };
}

/** One node per root. */
export function alreadyRuns(pid: number, url: string): PodproofError {
  return new PodproofError(
    'conflict',
    `cannot start the node: it runs already, as process ${pid} at ${url}`,
    {
      advice:
        'podproof status  tells more; podproof down  stops it; --root DIR  starts another one beside it',
    },
  );
}

async function printStart(
  report: NodeReport,
  options: UpOptions,
  asJson: boolean,
  context: CommandContext,
): Promise<void> {
  if (asJson) {
    const { renderJson } = await import('../../report/render-json.ts');
    context.stdout.write(renderJson(report));
    return;
  }
  const { renderUp } = await import('../../report/render-node.ts');
  const { palette } = await import('../../report/palette.ts');
  const { columns, colour } = context.stdout;
  const merged = options.merge ? readSettings(nodePaths(context.root)).mergedInto : undefined;
  const use = { merged, rootFlag: rootFlag(context) };
  context.stdout.write(renderUp(report, use, { columns, palette: await palette(colour) }));
}

/** What other commands need in order to be about this root: nothing when the environment names it. */
function rootFlag({ root, env }: CommandContext): string {
  const { PODPROOF_ROOT = '' } = env;
  const isKnown = root === undefined || (PODPROOF_ROOT !== '' && resolve(PODPROOF_ROOT) === root);
  return isKnown ? '' : ` --root ${shellWord(root)}`;
}

function rootArguments({ root }: CommandContext): readonly string[] {
  return root === undefined ? [] : ['--root', root];
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}

const maxShownBytes = 4096;

function readFrom(path: string, offset: number): string {
  const bytes = readFileSync(path).subarray(offset);
  return bytes.subarray(-maxShownBytes).toString('utf8');
}
