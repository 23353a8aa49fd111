import { runPortForward } from './streaming/port-forward.ts';
import { runRemoteCommand } from './streaming/remote-command.ts';
import type { StreamRequest } from './streaming/stream-request.ts';
import { refuse, settleSocket } from './streaming/upgrade.ts';

export type { StreamRequest } from './streaming/stream-request.ts';

/**
 * Answers an upgrade to exec, attach or port-forward, over WebSocket or SPDY, and runs it to its end. A refusal is a
 * whole HTTP response. Never rejects.
 */
export async function handleStreamRequest(request: StreamRequest): Promise<void> {
  settleSocket(request.socket);
  try {
    await (request.subresource === 'portforward' ? runPortForward(request) : runRemoteCommand(request));
  } catch (error) {
    refuse(request.socket, error);
  }
}
