import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ChannelSocket } from './channel-socket.ts';

let http: Server;
let client: WebSocket;
let socket: ChannelSocket;
const received: Buffer[] = [];

beforeEach(async () => {
  received.length = 0;
  http = createServer();
  const server = new WebSocketServer({ server: http });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  const accepted = new Promise<WebSocket>((resolve) => {
    server.once('connection', resolve);
  });
  client = new WebSocket(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  client.on('error', () => {});
  client.on('message', (data: Buffer) => received.push(data));
  socket = new ChannelSocket(await accepted);
  if (client.readyState !== client.OPEN) await once(client, 'open');
});

afterEach(() => {
  client.terminate();
  http.close();
});

describe('channels', () => {
  test('what comes for a channel is read there, until the client ends it', async () => {
    const [first, second] = [socket.reader(0), socket.reader(4)];
    client.send(Buffer.from('\0one'));
    client.send(Buffer.from('\x04size'));
    client.send(Buffer.from('\0two'));
    client.send(Buffer.of(255, 0));
    expect(await text(first)).toBe('onetwo');
    expect(second.read()?.toString()).toBe('size');
  });

  test('what is written to a channel carries its number, and the end is the normal one', async () => {
    socket.writer(1).write('out');
    socket.writer(2).write('err');
    socket.close();
    const [code] = await once(client, 'close');
    expect(received.map(String)).toEqual(['\x01out', '\x02err']);
    expect(code).toBe(1000);
    expect(socket.signal.aborted).toBe(false);
  });

  test('what nobody asked for is passed over', async () => {
    const reader = socket.reader(0);
    client.send(Buffer.from('\x09noise'));
    client.send(Buffer.alloc(0));
    client.send(Buffer.of(255));
    client.send(Buffer.from('\0x'));
    client.send(Buffer.of(255, 0));
    client.send(Buffer.from('\0after the end'));
    client.send(Buffer.of(255, 0));
    expect(await text(reader)).toBe('x');
  });

  test('text ends the connection', async () => {
    client.send('text');
    expect((await once(client, 'close'))[0]).toBe(1003);
    await expect.poll(() => socket.signal.aborted).toBe(true);
  });

  test('a client that leaves ends everything', async () => {
    const [reader, writer] = [socket.reader(0), socket.writer(1)];
    client.terminate();
    await expect
      .poll(() => [reader.destroyed, writer.destroyed, socket.signal.aborted])
      .toEqual([true, true, true]);
  });

  test('a client is held back while nobody reads, and loses nothing', async () => {
    const reader = socket.reader(0);
    const message = Buffer.alloc(64 * 1024);
    for (let count = 0; count < 64; count += 1) client.send(message);
    await expect.poll(() => reader.readableLength).toBeGreaterThan(200_000);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
    expect(reader.readableLength).toBeLessThan(1_000_000);
    let size = 0;
    reader.on('data', (chunk: Buffer) => {
      size += chunk.length;
    });
    await expect.poll(() => size).toBe(64 * (message.length - 1));
  });
});
