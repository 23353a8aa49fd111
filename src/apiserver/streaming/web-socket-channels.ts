import type { AttachOptions } from '../kubelet-port.ts';
import { ChannelSocket } from './channel-socket.ts';
import type { CommandChannels } from './command-channels.ts';
import { keepAlive } from './heartbeat.ts';
import type { StreamRequest } from './stream-request.ts';
import { sizesOf } from './terminal-size.ts';
import { acceptWebSocket } from './upgrade.ts';

const channelOf = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;

/** The channels of exec and attach over a WebSocket. */
export async function openWebSocketChannels(
  request: StreamRequest,
  options: AttachOptions,
  protocol: string,
): Promise<CommandChannels> {
  const webSocket = await acceptWebSocket(request, protocol);
  const socket = new ChannelSocket(webSocket);
  keepAlive(request.socket, {
    ping: () => webSocket.ping(),
    isHoldingBack: () => webSocket.isPaused,
  });
  const error = socket.writer(channelOf.error);
  return {
    stdin: options.stdin ? socket.reader(channelOf.stdin) : undefined,
    stdout: options.stdout ? socket.writer(channelOf.stdout) : undefined,
    stderr: options.stderr ? socket.writer(channelOf.stderr) : undefined,
    onResize: sizesOf(options.tty ? socket.reader(channelOf.resize) : undefined),
    signal: socket.signal,
    finish: async (status) => {
      await new Promise<void>((resolve) => {
        error.write(JSON.stringify(status), () => resolve());
      });
      socket.close();
    },
  };
}
