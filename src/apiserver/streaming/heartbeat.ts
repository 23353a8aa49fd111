import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const beatMs = 10_000;
/** As many beats without a byte from a client that is listened to, and it is taken for gone. */
const maxSilentBeats = 6;

/** A session's connection, as far as its life is concerned. */
export interface Pulse {
  /** Has the client answer something. */
  ping(): void;
  /** Whether the client is not listened to at the moment, since nobody takes what it sends. */
  isHoldingBack(): boolean;
}

/**
 * Writes to the client now and then, until the socket closes: whether a client has gone is seen only by reading from it
 * or writing to it, and a session may do neither for hours.
 */
export function keepAlive(socket: Duplex, pulse: Pulse): void {
  const bytesRead = (): number => (socket instanceof Socket ? socket.bytesRead : 0);
  let lastRead = bytesRead();
  let silentBeats = 0;
  const timer = setInterval(() => {
    const isSilent = socket instanceof Socket && !pulse.isHoldingBack() && bytesRead() === lastRead;
    silentBeats = isSilent ? silentBeats + 1 : 0;
    lastRead = bytesRead();
    if (silentBeats >= maxSilentBeats) socket.destroy();
    else pulse.ping();
  }, beatMs);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}

const lingerMs = 10_000;

/** Ends a connection whose client has been told everything; one that stays nevertheless is cut off. */
export function endSoon(transport: Duplex): void {
  transport.end();
  const timer = setTimeout(() => transport.destroy(), lingerMs);
  timer.unref();
  transport.once('close', () => clearTimeout(timer));
}
