import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Forward, Transport } from './answer-query.ts';
import { frame, Unframer } from './tcp-frames.ts';

/** A name server of the world. */
export interface Upstream {
  readonly address: string;
  readonly port: number;
}

const timeoutMs = 2000;
const totalMs = 5000;
/** Each has a socket of its own, with a port that nobody can guess. */
const maxParallel = 256;

/**
 * Hands queries on as they are, with ids of our own; the servers are asked one after the other, until one answers. What
 * a client asks over UDP is asked over UDP, so that what is cut short there is asked again by the client itself.
 */
export function forwardTo(upstreams: () => Promise<readonly Upstream[]>): Forward {
  let running = 0;
  return async (query, transport) => {
    if (running >= maxParallel) return undefined;
    running += 1;
    try {
      return await askInTurn(query, transport, await upstreams());
    } finally {
      running -= 1;
    }
  };
}

async function askInTurn(
  query: Buffer,
  transport: Transport,
  upstreams: readonly Upstream[],
): Promise<Buffer | undefined> {
  const deadline = Date.now() + totalMs;
  for (const upstream of upstreams) {
    const leftMs = deadline - Date.now();
    if (leftMs <= 0) return undefined;
    const answer = await ask(query, transport, upstream, Math.min(leftMs, timeoutMs));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

async function ask(
  query: Buffer,
  transport: Transport,
  upstream: Upstream,
  withinMs: number,
): Promise<Buffer | undefined> {
  const own = Buffer.from(query);
  own.writeUInt16BE(randomInt(65_536), 0);
  const answer = await (transport === 'udp' ? askByUdp : askByTcp)(own, upstream, withinMs);
  if (answer === undefined) return undefined;
  const restored = Buffer.from(answer);
  query.copy(restored, 0, 0, 2);
  return restored;
}

function askByUdp(query: Buffer, { address, port }: Upstream, withinMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (answer: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      // Errors that come after the end are nobody's.
      socket.on('error', () => {});
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), withinMs);
    socket.on('error', () => end(undefined));
    socket.on('message', (answer) => {
      if (isAnswerTo(answer, query)) end(answer);
    });
    // Connected: the kernel drops what others send.
    socket.connect(port, address, () => socket.send(query));
  });
}

function askByTcp(query: Buffer, { address, port }: Upstream, withinMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const unframer = new Unframer(65_535);
    const end = (answer: Buffer | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(undefined), withinMs);
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
    socket.on('data', (chunk) => {
      const [answer] = unframer.push(chunk) ?? [];
      if (answer !== undefined) end(isAnswerTo(answer, query) ? answer : undefined);
    });
    socket.write(frame(query));
  });
}

/** The same id, and the same question where one is told: servers that refuse may leave it out. */
function isAnswerTo(answer: Buffer, query: Buffer): boolean {
  if (answer.length < 12 || (answer.readUInt8(2) & 0x80) === 0) return false;
  if (answer.readUInt16BE(0) !== query.readUInt16BE(0)) return false;
  if (answer.readUInt16BE(4) === 0) return true;
  const end = questionEnd(query);
  return (
    end !== undefined &&
    answer.subarray(12, end).toString('latin1').toLowerCase() ===
      query.subarray(12, end).toString('latin1').toLowerCase()
  );
}

/** Where the question ends, which stands first and so can have no pointer. */
function questionEnd(query: Buffer): number | undefined {
  let offset = 12;
  while (offset < query.length) {
    const length = query.readUInt8(offset);
    if (length === 0) return offset + 5 <= query.length ? offset + 5 : undefined;
    if (length > 63) return undefined;
    offset += length + 1;
  }
  return undefined;
}
