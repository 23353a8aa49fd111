import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { messageOf } from '../core/errors.ts';
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
  const ioctl = libc().func('int ioctl(int fd, ulong request, void *argument)');
  const fd = openSocket();
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

const addBridge = 0x89a0;
const setAddress = 0x8916;
const setNetmask = 0x891c;

/** Makes a bridge in this thread's network namespace, as `ip link add NAME type bridge` does; false when it is there. */
export function createBridge(name: string): boolean {
  const ioctl = libc().func('int ioctl(int fd, ulong request, const char *argument)');
  const fd = openSocket();
  try {
    if (ioctl(fd, addBridge, name) === 0) return true;
    const errno = libc().errno();
    if (errno === constants.errno.EEXIST) return false;
    throw syscallError(errno, `make bridge "${name}"`);
  } finally {
    closeSync(fd);
  }
}

/**
 * Gives an interface an IPv4 address with its network. An interface has one for each label: `NAME`, `NAME:1`; the
 * address that a label had before is replaced.
 */
export function setInterfaceAddress(label: string, address: string, prefixLength: number): void {
  const ioctl = libc().func('int ioctl(int fd, ulong request, void *argument)');
  const mask = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  const values = [
    [setAddress, Buffer.from(address.split('.').map(Number))],
    [setNetmask, Buffer.from([24, 16, 8, 0].map((shift) => (mask >>> shift) & 0xff))],
  ] as const;
  const fd = openSocket();
  try {
    for (const [request, value] of values) {
      const argument = Buffer.alloc(40);
      argument.write(label.slice(0, nameBytes - 1));
      argument.writeUInt16LE(addressFamilyInet, nameBytes);
      value.copy(argument, nameBytes + 4);
      if (ioctl(fd, request, argument) !== 0)
        throw syscallError(libc().errno(), `give "${label}" address "${address}/${prefixLength}"`);
    }
  } finally {
    closeSync(fd);
  }
}

const deleteBridge = 0x89a1;

/** Removes a bridge of this thread's network namespace, as `ip link delete NAME` does; false when there is none. */
export function removeBridge(name: string): boolean {
  try {
    setInterfaceUp(name, false);
  } catch (error) {
    if (messageOf(error).endsWith('ENODEV')) return false;
    throw error;
  }
  const ioctl = libc().func('int ioctl(int fd, ulong request, const char *argument)');
  const fd = openSocket();
  try {
    if (ioctl(fd, deleteBridge, name) !== 0) throw syscallError(libc().errno(), `remove bridge "${name}"`);
    return true;
  } finally {
    closeSync(fd);
  }
}

function openSocket(): number {
  const socket = libc().func('int socket(int domain, int type, int protocol)');
  const fd = socket(addressFamilyInet, socketDatagram | closeOnExec, 0);
  if (fd < 0) throw syscallError(libc().errno(), 'open a socket');
  return fd;
}
