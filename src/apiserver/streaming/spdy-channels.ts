import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { AttachOptions } from '../kubelet-port.ts';
import type { CommandChannels } from './command-channels.ts';
import { endSoon, keepAlive } from './heartbeat.ts';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import type { StreamRequest } from './stream-request.ts';
import { sizesOf } from './terminal-size.ts';
import { acceptSpdy } from './upgrade.ts';

/** Upstream's: so long a client may take to open the streams that it asked for. */
const streamCreationMs = 30_000;

/** The streams of exec and attach over SPDY; undefined when the client leaves before it has opened them all. */
export async function openSpdyChannels(
  request: StreamRequest,
  options: AttachOptions,
  protocol: string,
): Promise<CommandChannels | undefined> {
  const transport = acceptSpdy(request, protocol);
  const gone = new AbortController();
  const streams = await openStreams(transport, ['error', ...expectedStreams(options)], () => gone.abort());
  return streams === undefined ? undefined : channelsOf(streams, transport, gone.signal);
}

function openStreams(
  transport: Duplex,
  expected: readonly string[],
  onEnd: () => void,
): Promise<ReadonlyMap<string, SpdyStream> | undefined> {
  return new Promise((resolve) => {
    const opened = new Map<string, SpdyStream>();
    const timer = setTimeout(() => transport.destroy(), streamCreationMs);
    const connection = new SpdyConnection(transport, (stream) => {
      const type = stream.headers.get('streamtype') ?? '';
      if (!expected.includes(type) || opened.has(type)) return stream.reset();
      opened.set(type, stream);
      if (opened.size < expected.length) return;
      clearTimeout(timer);
      resolve(opened);
    });
    keepAlive(transport, connection);
    transport.once('close', () => {
      clearTimeout(timer);
      onEnd();
      resolve(undefined);
    });
    void connection.run();
  });
}

function expectedStreams(options: AttachOptions): readonly string[] {
  const { stdin, stdout, stderr, tty } = options;
  return Object.entries({ stdin, stdout, stderr, resize: tty }).flatMap(([name, isAsked]) =>
    isAsked ? [name] : [],
  );
}

function channelsOf(
  streams: ReadonlyMap<string, SpdyStream>,
  transport: Duplex,
  signal: AbortSignal,
): CommandChannels {
  const error = streams.get('error');
  for (const name of ['error', 'stdout', 'stderr']) streams.get(name)?.resume();
  return {
    stdin: streams.get('stdin'),
    stdout: streams.get('stdout'),
    stderr: streams.get('stderr'),
    onResize: sizesOf(streams.get('resize')),
    signal,
    finish: async (status) => {
      for (const [name, stream] of streams) if (name !== 'error') stream.end();
      error?.end(JSON.stringify(status));
      const ended = [...streams.values()].map((stream) =>
        finished(stream, { readable: false }).catch(() => {}),
      );
      // Nobody reads it any more, and behind it the client's end would not be seen.
      streams.get('stdin')?.resume();
      await Promise.all(ended);
      endSoon(transport);
    },
  };
}
