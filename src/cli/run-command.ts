import { resolve } from 'node:path';
import { messageOf, PodproofError, systemCodeOf } from '../core/errors.ts';
import type { CommandContext, TerminalInput } from './command.ts';
import { parseCommandLine } from './command-line.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { READER_GONE } from './process-signals.ts';

const PROGRAM = {
  name: '',
  summary: '',
  usage: ['COMMAND [OPTION]...'],
  options: [...GLOBAL_OPTIONS, { name: 'version', description: 'the same as the command version' }],
  passThrough: true,
} as const;

/** One call of podproof, from the words after its name to its exit code. Never throws: errors are printed. */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    return await reportFailure(error, context);
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<number> {
  const program = parseCommandLine(PROGRAM, argv);
  const name = program.has('version') ? 'version' : program.operands[0];
  if (name === undefined || name === 'help') {
    const { programHelp } = await import('./help.ts');
    const asked = program.has('help') || name === 'help';
    (asked ? context.stdout : context.stderr).write(programHelp());
    return asked ? EXIT.asWanted : EXIT.badInput;
  }
  const entry = COMMANDS.find((command) => command.name === name) ?? (await unknownCommand(name));
  const command = await entry.load();
  const spec = { ...command.spec, options: [...command.spec.options, ...GLOBAL_OPTIONS] };
  const line = parseCommandLine(spec, program.operands.slice(1));
  if (program.has('help') || line.has('help')) {
    const { commandHelp } = await import('./help.ts');
    context.stdout.write(commandHelp(spec));
    return EXIT.asWanted;
  }
  const root = line.text('root') ?? program.text('root');
  return command.run(line, root === undefined ? context : withRoot(context, resolve(root)));
}

/** Not by spreading: that would read `signal`, and with it take over from the signals' default action. */
function withRoot(context: CommandContext, root: string): CommandContext {
  const { stdout, stderr, env, program, onSignals } = context;
  return {
    get stdin(): TerminalInput {
      return context.stdin;
    },
    stdout,
    stderr,
    env,
    program,
    root,
    onSignals,
    get signal(): AbortSignal {
      return context.signal;
    },
  };
}

async function unknownCommand(name: string): Promise<CommandEntry> {
  const { nearestName } = await import('../core/nearest-name.ts');
  const meant = nearestName(
    name,
    COMMANDS.map((command) => command.name),
  );
  throw new PodproofError('usage', `podproof has no command "${name}"`, {
    advice: meant === undefined ? 'see  podproof --help' : `did you mean  podproof ${meant}`,
  });
}

async function reportFailure(error: unknown, context: CommandContext): Promise<number> {
  const { renderError } = await import('../report/render-error.ts');
  const { palette } = await import('../report/palette.ts');
  const debug = (context.env['PODPROOF_DEBUG'] ?? '') !== '';
  const known = error instanceof PodproofError ? error : asPodproofError(error);
  const signal = signalBehind(known);
  if (known.code === 'interrupted' && signal === READER_GONE) return exitCodeOf(known.code, signal);
  context.stderr.write(
    renderError(known, {
      columns: context.stderr.columns,
      palette: await palette(context.stderr.colour),
      ...(debug && { stack: (error instanceof Error ? error.stack : undefined) ?? String(error) }),
    }),
  );
  return exitCodeOf(known.code, signal);
}

/** What the system refuses for a reason that is not podproof's, and what to do about it. */
const MACHINE_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'make room, or use another directory: --root DIR',
  EDQUOT: 'make room, or use another directory: --root DIR',
  EROFS: 'use a directory that can be written: --root DIR',
  EACCES: 'run it as root, or use a directory that you may write: --root DIR',
  EPERM: 'run it as root',
  ENOTDIR: 'use a directory: --root DIR',
  EMFILE: 'raise the limit of open files: ulimit -n',
  ENFILE: "raise the machine's limit of open files: sysctl fs.file-max",
};

function asPodproofError(error: unknown): PodproofError {
  const message = messageOf(error);
  const advice = MACHINE_FAULTS[systemCodeOf(error) ?? ''];
  if (advice !== undefined)
    return new PodproofError('runtime', `this machine refused: ${message}`, { advice, cause: error });
  return new PodproofError('internal', `unexpected failure: ${message}`, {
    advice: 'this is a defect of podproof; PODPROOF_DEBUG=1 shows where it happened',
    cause: error,
  });
}

function signalBehind(error: PodproofError): string | undefined {
  return typeof error.cause === 'string' ? error.cause : undefined;
}
