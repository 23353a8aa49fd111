import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ApiError } from '../../kube/status.ts';
import type { AttachOptions, SessionOutcome, StreamSession } from '../kubelet-port.ts';
import { resolveContainer } from '../resolve-container.ts';
import type { CommandChannels, CommandStatus } from './command-channels.ts';
import { openSpdyChannels } from './spdy-channels.ts';
import type { StreamRequest } from './stream-request.ts';
import { negotiate, upgradeOf } from './upgrade.ts';
import { openWebSocketChannels } from './web-socket-channels.ts';

/** In the client's order of preference; the older protocols end no stream and tell no exit code. */
const webSocketProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const spdyProtocols = ['v4.channel.k8s.io'];

/** exec and attach, from the request to the end of the session. Rejects while nothing has been answered yet. */
export async function runRemoteCommand(request: StreamRequest): Promise<void> {
  const upgrade = upgradeOf(request);
  const options = attachOptionsOf(request.query);
  const { headers } = request.incoming;
  const protocol =
    upgrade === 'websocket'
      ? negotiate(headers['sec-websocket-protocol'], webSocketProtocols)
      : negotiate(headers['x-stream-protocol-version'], spdyProtocols);
  const session = await openSession(request, options);
  const channels =
    upgrade === 'websocket'
      ? await openWebSocketChannels(request, options, protocol)
      : await openSpdyChannels(request, options, protocol);
  if (channels !== undefined) await join(session, channels);
}

function openSession(
  { kubelet, pod, subresource, query }: StreamRequest,
  options: AttachOptions,
): Promise<StreamSession> {
  const container = resolveContainer(pod, query.get('container') ?? undefined);
  if (subresource === 'attach') return kubelet.attach(pod, container, options);
  const command = query.getAll('command');
  if (command.length === 0)
    throw new ApiError('BadRequest', 'you must specify at least one command for the container');
  return kubelet.exec(pod, container, { ...options, command });
}

function attachOptionsOf(query: URLSearchParams): AttachOptions {
  const isSet = (name: string): boolean => ['true', '1'].includes(query.get(name) ?? '');
  const tty = isSet('tty');
  // A terminal has one output.
  const options = { stdin: isSet('stdin'), stdout: isSet('stdout'), stderr: isSet('stderr') && !tty, tty };
  if (options.stdin || options.stdout || options.stderr) return options;
  throw new ApiError('BadRequest', 'you must specify at least 1 of stdin, stdout, stderr');
}

async function join(session: StreamSession, channels: CommandChannels): Promise<void> {
  const { stdin, stdout, stderr, onResize, signal } = channels;
  const outcome = await session.run({ stdin, stdout, stderr, onResize, signal }).catch(
    (error: unknown): SessionOutcome => ({
      exitCode: undefined,
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  await Promise.all([endOutput(stdout), endOutput(stderr)]);
  await channels.finish(statusOf(outcome));
}

/** All that was written has then been sent, or the client has gone. */
async function endOutput(output: Writable | undefined): Promise<void> {
  if (output === undefined || output.destroyed) return;
  output.end();
  await finished(output, { readable: false }).catch(() => {});
}

/** What kubectl makes its own exit code and its last words of. */
export function statusOf(outcome: SessionOutcome): CommandStatus {
  if (outcome.exitCode === undefined)
    return new ApiError('InternalError', `Internal error occurred: ${outcome.message}`).toStatus();
  if (outcome.exitCode === 0) return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  const { exitCode } = outcome;
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
