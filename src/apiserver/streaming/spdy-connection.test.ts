import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { constants, createDeflate, createInflate, type Deflate } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SpdyConnection, type SpdyStream } from './spdy-connection.ts';
import { spdyDictionary } from './spdy-dictionary.ts';
import { dataFrame, pingFrame } from './spdy-frames.ts';

/** The client's side, by hand. */
class Client {
  readonly socket: Socket;
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary() });
  received: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
    });
  }

  async block(plain: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const onData = (chunk: Buffer): void => void chunks.push(chunk);
    this.#deflate.on('data', onData);
    this.#deflate.write(plain);
    await new Promise<void>((resolve) => {
      this.#deflate.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#deflate.off('data', onData);
    return Buffer.concat(chunks);
  }

  async open(id: number, headers: Readonly<Record<string, string>>, fin = false): Promise<void> {
    this.socket.write(synStream(id, await this.block(headerBlock(headers)), fin));
  }
}

function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const sized = (value: string): Buffer => Buffer.concat([uint32(value.length), Buffer.from(value)]);
  const pairs = Object.entries(headers).flatMap(([name, value]) => [sized(name), sized(value)]);
  return Buffer.concat([uint32(Object.keys(headers).length), ...pairs]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function synStream(id: number, block: Buffer, fin: boolean): Buffer {
  const body = Buffer.concat([uint32(id), uint32(0), Buffer.alloc(2), block]);
  const header = Buffer.of(0x80, 3, 0, 1, fin ? 1 : 0, 0, 0, 0);
  header.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([header, body]);
}

let server: Server;
let client: Client;
let connection: SpdyConnection;
let run: Promise<void>;
const streams: SpdyStream[] = [];

beforeEach(async () => {
  streams.length = 0;
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  const address = server.address();
  client = new Client(connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1'));
  connection = new SpdyConnection(await accepted, (stream) => streams.push(stream));
  run = connection.run();
});

afterEach(async () => {
  client.socket.destroy();
  await run;
  server.close();
});

async function opened(count: number): Promise<void> {
  await expect.poll(() => streams.length).toBe(count);
}

describe('a SPDY connection', () => {
  test('opens streams with the headers that the client gives, over one state of compression', async () => {
    await client.open(1, { streamtype: 'error', port: '80' });
    await client.open(3, { streamtype: 'data', port: '80' });
    await opened(2);
    expect(streams.map(({ headers }) => Object.fromEntries(headers))).toEqual([
      { streamtype: 'error', port: '80' },
      { streamtype: 'data', port: '80' },
    ]);
  });

  test('answers every stream with a header block that zlib reads as no headers', async () => {
    await client.open(1, {});
    await client.open(3, {});
    await expect.poll(() => client.received.length).toBe(12 + 16 + 12 + 14);
    const inflate = createInflate({ dictionary: spdyDictionary() });
    inflate.write(Buffer.concat([client.received.subarray(12, 28), client.received.subarray(40)]));
    inflate.end();
    const [plain] = await once(inflate, 'data');
    expect(plain).toEqual(Buffer.alloc(8));
    inflate.destroy();
  });

  test('carries both directions of a stream, each to its own end', async () => {
    await client.open(1, {});
    await opened(1);
    const [stream] = streams;
    client.socket.write(dataFrame(1, Buffer.from('to the pod'), true));
    let received = '';
    stream!.on('data', (bytes: Buffer) => {
      received += bytes.toString();
    });
    await once(stream!, 'end');
    expect(received).toBe('to the pod');
    stream!.end('from the pod');
    const expected = Buffer.concat([
      dataFrame(1, Buffer.from('from the pod'), false),
      dataFrame(1, Buffer.alloc(0), true),
    ]);
    await expect.poll(() => client.received.subarray(-expected.length)).toEqual(expected);
  });

  test("answers the client's pings and not the answers to its own", async () => {
    client.socket.write(Buffer.concat([pingFrame(2), pingFrame(7)]));
    await expect.poll(() => client.received).toEqual(pingFrame(7));
  });

  test('stops reading while a stream is not read, and goes on when it is', async () => {
    await client.open(1, {});
    await opened(1);
    const sent = 8 * 1024 * 1024;
    const chunk = dataFrame(1, Buffer.alloc(64 * 1024), false);
    for (let bytes = 0; bytes < sent; bytes += 64 * 1024) client.socket.write(chunk);
    await expect.poll(() => connection.isHoldingBack()).toBe(true);
    expect(streams[0]!.readableLength).toBeLessThan(1024 * 1024);
    let received = 0;
    streams[0]!.on('data', (bytes: Buffer) => {
      received += bytes.length;
    });
    await expect.poll(() => received, { timeout: 5000 }).toBe(sent);
  });

  test('ends for a header block that grows without measure', async () => {
    const bomb = await client.block(Buffer.alloc(10 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(16 * 1024);
    client.socket.write(synStream(1, bomb, false));
    await run;
    expect(streams).toEqual([]);
  });

  test.each([
    ['that is no zlib stream', Buffer.alloc(40, 0xff)],
    ['that is empty', Buffer.alloc(0)],
  ])('ends for a header block %s', async (_, block) => {
    client.socket.write(synStream(1, block, false));
    await run;
    expect(streams).toEqual([]);
  });

  test('ends when a client counts headers that it does not send', async () => {
    client.socket.write(synStream(1, await client.block(uint32(50)), false));
    await run;
    expect(streams).toEqual([]);
  });

  test.each([2, 0])('ends for the stream id %d, which is not a client’s', async (id) => {
    await client.open(id, {});
    await run;
  });

  test('ends when a stream id is used again', async () => {
    await client.open(1, {});
    await client.open(1, {});
    await run;
    expect(streams[0]!.destroyed).toBe(true);
  });

  test('ends when a client opens streams without end', async () => {
    for (let id = 1; id <= 2 * 1025; id += 2) await client.open(id, {});
    await run;
    expect(streams.length).toBe(1024);
  });

  test('ends its streams when the client goes', async () => {
    await client.open(1, {});
    await opened(1);
    client.socket.destroy();
    await run;
    expect(streams[0]!.destroyed).toBe(true);
  });
});
