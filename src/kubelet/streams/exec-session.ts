import type {
  ExecOptions,
  SessionOutcome,
  SessionStreams,
  StreamSession,
} from '../../apiserver/kubelet-port.ts';
import { messageOf } from '../../core/errors.ts';
import type { Engine, ExecRequest } from '../../runtime/engine.ts';
import type { LiveContainer } from './find-running-container.ts';

/** What a shell reports for a process that was killed. */
const killedExitCode = 137;

/** A further process in a container, started when the session runs. */
export function execSession(
  engine: Engine,
  { runtimeContainer }: LiveContainer,
  { command, tty }: ExecOptions,
): StreamSession {
  return {
    async run(streams): Promise<SessionOutcome> {
      if (streams.signal.aborted) return { exitCode: killedExitCode };
      try {
        const { exitCode } = await engine.exec(runtimeContainer, execRequest(command, tty, streams));
        return { exitCode };
      } catch (error) {
        const message = `error executing command in container: failed to exec in container: ${messageOf(error)}`;
        return { exitCode: undefined, message };
      }
    },
  };
}

function execRequest(
  args: readonly string[],
  terminal: boolean,
  { stdin, stdout, stderr, onResize, signal }: SessionStreams,
): ExecRequest {
  return {
    args,
    terminal,
    signal,
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
    onTerminal: (terminal) => onResize(({ columns, rows }) => terminal.resize(columns, rows)),
  };
}
