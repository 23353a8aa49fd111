import { closeSync } from 'node:fs';
import { libc, syscallError } from './libc.ts';

const addressFamilyInet = 2;
const socketDatagram = 2;
const closeOnExec = 0o2000000;
const getFlags = 0x8913;
const setFlags = 0x8914;
const flagUp = 1;
const nameBytes = 16;

/** Sets an interface of this thread's network namespace up or down, as `ip link set NAME up` does. */
export function setInterfaceUp(name: string, up: boolean): void {
  const socket = libc().func('int socket(int domain, int type, int protocol)');
  const ioctl = libc().func('int ioctl(int fd, ulong request, void *argument)');
  const fd = socket(addressFamilyInet, socketDatagram | closeOnExec, 0);
  if (fd < 0) throw syscallError(libc().errno(), 'open a socket');
  try {
    const request = Buffer.alloc(40);
    request.write(name.slice(0, nameBytes - 1));
    if (ioctl(fd, getFlags, request) !== 0) throw syscallError(libc().errno(), `read interface "${name}"`);
    const flags = request.readUInt16LE(nameBytes);
    request.writeUInt16LE(up ? flags | flagUp : flags & ~flagUp, nameBytes);
    if (ioctl(fd, setFlags, request) !== 0) throw syscallError(libc().errno(), `change interface "${name}"`);
  } finally {
    closeSync(fd);
  }
}
