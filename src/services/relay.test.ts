import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { relay } from './relay.ts';

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** To the end of the other side; its own stays open. */
async function read(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await once(socket, 'end');
  return text;
}

test('connections are handed on with both their ends; strangers and those after the end are not', async () => {
  const target = createServer({ allowHalfOpen: true }, (socket) => {
    void read(socket).then((text) => socket.end(text.toUpperCase()));
  });
  const free = createServer();
  const port = await portOf(free);
  free.close();
  let allowed = true;
  const host = '127.0.0.1';
  const door = await relay({
    address: host,
    port,
    target: { host, port: await portOf(target) },
    isClient: () => allowed,
  });
  const client = connect({ port, host, allowHalfOpen: true });
  client.end('hello');
  expect(await read(client)).toBe('HELLO');
  allowed = false;
  const stranger = connect(port, host);
  await once(stranger, 'close');
  expect(stranger.bytesRead).toBe(0);
  await door.close();
  target.close();
  const late = connect(port, host);
  await expect(once(late, 'connect')).rejects.toThrow('ECONNREFUSED');
});

test('one client has no more than 64 connections at a time', async () => {
  const target = createServer((socket) => void socket.on('error', () => undefined).pipe(socket));
  const free = createServer();
  const port = await portOf(free);
  free.close();
  const host = '127.0.0.1';
  const address = { host, port: await portOf(target) };
  const door = await relay({ address: host, port, target: address, isClient: () => true });
  const clients: Socket[] = [];
  const isServed = (): Promise<boolean> =>
    new Promise((resolve) => {
      const client = connect(port, host);
      clients.push(client);
      client.on('error', () => resolve(false)).on('close', () => resolve(false));
      client.once('data', () => resolve(true)).write('x');
    });
  const served = await Promise.all(Array.from({ length: 70 }, isServed));
  expect(served.filter(Boolean)).toHaveLength(64);
  for (const client of clients) client.destroy();
  await expect.poll(isServed).toBe(true);
  for (const client of clients) client.destroy();
  await door.close();
  target.close();
});
