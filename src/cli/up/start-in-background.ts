import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { NodeReport } from '../../core/contract/node-report.ts';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { startDaemon } from '../../runtime/start-daemon.ts';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { nodePaths, readNodeProcess } from './node-files.ts';
import { nodeReport } from './node-report.ts';
import { type UpOptions, upArguments } from './up-options.ts';

const readyTimeoutMs = 60_000;

/** Starts the node in a process of its own, waits until it answers, and says how to use it. Resolves to the exit code. */
export async function startInBackground(
  options: UpOptions,
  asJson: boolean,
  context: CommandContext,
): Promise<number> {
  const paths = nodePaths(context.root);
  const running = readNodeProcess(paths);
  if (running !== undefined) throw alreadyRuns(running.pid, running.url);
  const startedAt = performance.now();
  mkdirSync(dirname(paths.log), { recursive: true, mode: 0o711 });
  const logFrom = sizeOf(paths.log);
  const [program = '', ...words] = context.program;
  const start = await startDaemon({
    program,
    args: [...words, 'up', '--foreground', ...rootArguments(context), ...upArguments(options)],
    env: context.env,
    logPath: paths.log,
    readyTimeoutMs,
  });
  if (!start.ok) {
    // What it printed is its own error, advice included.
    context.stderr.write(
      readFrom(paths.log, logFrom) || `podproof: the node did not start; its log is ${paths.log}\n`,
    );
    return start.exitCode ?? EXIT.machine;
  }
  const report = await nodeReport(context, { readyInMs: Math.round(performance.now() - startedAt) });
  await printStart(report, options, asJson, context);
  return EXIT.asWanted;
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
  context.stdout.write(renderUp(report, options.merge, { columns, palette: await palette(colour) }));
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
