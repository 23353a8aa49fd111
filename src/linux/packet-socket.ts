import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { libc, syscallError } from './libc.ts';

const addressFamilyUnix = 1;
const socketSeqpacket = 5;
const closeOnExec = 0o2000000;
const doNotWait = 0x40;
const noSignal = 0x4000;
const maxPathBytes = 107;

/** A connected SOCK_SEQPACKET socket: Node's `net` knows only streams. No call blocks. */
export interface PacketSocket {
  /** The next packet; `empty` when none is there yet, `closed` when the other side is gone. */
  receive(): Buffer | 'empty' | 'closed';
  /** False: the other side's queue is full; try again later. */
  send(packet: Uint8Array): boolean;
  /** No more packets from this side. */
  shutdownSend(): void;
  close(): void;
}

/** Connects to the socket at a path of at most 107 bytes. */
export function connectPacketSocket(path: string, maxPacketBytes: number): PacketSocket {
  const pathBytes = Buffer.from(path);
  if (pathBytes.length > maxPathBytes)
    throw syscallError(constants.errno.ENAMETOOLONG, `connect to "${path}"`);
  const fd = libc().func('int socket(int domain, int type, int protocol)')(
    addressFamilyUnix,
    socketSeqpacket | closeOnExec,
    0,
  );
  if (fd < 0) throw syscallError(libc().errno(), 'open a socket');
  const address = Buffer.concat([Buffer.of(addressFamilyUnix, 0), pathBytes, Buffer.of(0)]);
  const connect = libc().func('int connect(int fd, const void *address, uint length)');
  if (connect(fd, address, address.length) !== 0) {
    const errno = libc().errno();
    closeSync(fd);
    throw syscallError(errno, `connect to "${path}"`);
  }
  return packetSocketOf(fd, path, maxPacketBytes);
}

function packetSocketOf(fd: number, path: string, maxPacketBytes: number): PacketSocket {
  const recv = libc().func('long recv(int fd, void *buffer, size_t size, int flags)');
  const send = libc().func('long send(int fd, const void *buffer, size_t size, int flags)');
  const shutdown = libc().func('int shutdown(int fd, int how)');
  const buffer = Buffer.alloc(maxPacketBytes);
  const again: readonly number[] = [constants.errno.EAGAIN, constants.errno.EINTR];
  let open = true;
  return {
    receive() {
      if (!open) return 'closed';
      const size = recv(fd, buffer, buffer.length, doNotWait);
      if (size > 0) return Buffer.from(buffer.subarray(0, size));
      return size < 0 && again.includes(libc().errno()) ? 'empty' : 'closed';
    },
    send(packet) {
      if (!open) throw syscallError(constants.errno.EPIPE, `write to "${path}"`);
      if (send(fd, packet, packet.length, doNotWait | noSignal) >= 0) return true;
      const errno = libc().errno();
      if (again.includes(errno)) return false;
      throw syscallError(errno, `write to "${path}"`);
    },
    shutdownSend() {
      if (open) shutdown(fd, 1);
    },
    close() {
      if (!open) return;
      open = false;
      closeSync(fd);
    },
  };
}
