import { closeSync, openSync } from 'node:fs';
import { PassThrough, Writable } from 'node:stream';
import { PodproofError } from '../core/errors.ts';
import { connectPacketSocket, type PacketSocket } from '../linux/packet-socket.ts';
import type { AttachedStreams, RuntimeContainer } from './engine.ts';
import { tellMonitor } from './tell-monitor.ts';

/** What conmon puts before each packet of output; with a terminal all of it is standard output. */
const stdoutTag = 2;
const stderrTag = 3;
const maxPacketBytes = 64 * 1024;
const maxInputBytes = 8192;
const resizeMessage = 1;
const openPathOnly = 0o10000000;

/** Connects to the streams of a container as they are from now on. */
export function attach(container: RuntimeContainer): AttachedStreams {
  const socket = connect(container.dir);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stop = pump(socket, stdout, stderr);
  let told: Promise<void> = Promise.resolve();
  return {
    stdout,
    stderr,
    stdin: inputOf(socket),
    resize: (columns, rows) => {
      // One after the other: the last size is the one that stays. A terminal that has just ended needs none.
      told = told.then(() => tellMonitor(container.dir, [resizeMessage, rows, columns])).catch(() => {});
      return told;
    },
    close: stop,
  };
}

/** By way of the directory's descriptor, since a socket's path may have no more than 107 bytes. */
function connect(dir: string): PacketSocket {
  const fd = openSync(dir, openPathOnly);
  try {
    return connectPacketSocket(`/proc/self/fd/${fd}/attach`, maxPacketBytes);
  } catch (error) {
    throw new PodproofError('conflict', `cannot attach to container "${dir}": it does not run`, {
      cause: error,
    });
  } finally {
    closeSync(fd);
  }
}

const idleMs = 3;
const idleRoundsBeforeSleep = 20;

/**
 * Moves packets to the streams until the container ends. The event loop cannot wait for such a socket, so that it is
 * asked: at every turn of the loop while there is output, every 3 ms when there is none. conmon waits while its few
 * packets are not taken, so nothing is lost when the readers are slow.
 */
function pump(socket: PacketSocket, stdout: PassThrough, stderr: PassThrough): () => void {
  let timer: NodeJS.Timeout | undefined;
  let idleRounds = 0;
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    clearTimeout(timer);
    socket.close();
    stdout.end();
    stderr.end();
  };
  const turn = (): void => {
    if (stopped) return;
    const packet = socket.receive();
    if (packet === 'closed') {
      stop();
      return;
    }
    if (packet === 'empty') {
      idleRounds += 1;
      if (idleRounds < idleRoundsBeforeSleep) setImmediate(turn);
      else timer = setTimeout(turn, idleMs);
      return;
    }
    idleRounds = 0;
    const stream = packet[0] === stderrTag ? stderr : stdout;
    if (packet[0] !== stdoutTag && packet[0] !== stderrTag) setImmediate(turn);
    else if (stream.write(packet.subarray(1))) setImmediate(turn);
    else stream.once('drain', turn);
  };
  turn();
  return stop;
}

function inputOf(socket: PacketSocket): Writable {
  const send = (chunk: Buffer, done: (error?: Error) => void): void => {
    let rest = chunk;
    try {
      while (rest.length > 0) {
        if (!socket.send(rest.subarray(0, maxInputBytes))) {
          setTimeout(send, idleMs, rest, done);
          return;
        }
        rest = rest.subarray(maxInputBytes);
      }
      done();
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      send(chunk, done);
    },
    final: (done) => {
      socket.shutdownSend();
      done();
    },
  });
}
