import { createSocket } from 'node:dgram';
import { type EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import {
  type Answer,
  type DecodedPacket,
  decode,
  encode,
  type Question,
  RECURSION_DESIRED,
} from 'dns-packet';
import { array, assert, asyncProperty, integer, nat, oneof, property, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { objectsInMemory } from '../../../test/support/objects-in-memory.ts';
import { serviceOf, sliceOf } from '../../../test/support/service-objects.ts';
import { watchCatalog } from '../service-catalog.ts';
import { answerQuery, type DnsContext, type Transport } from './answer-query.ts';
import { forwardTo } from './forward.ts';
import { serveDns } from './serve-dns.ts';
import { frame, Unframer } from './tcp-frames.ts';
import { parseUpstreams } from './upstreams.ts';

function context(forward: DnsContext['forward'] = async () => undefined): DnsContext {
  const api = objectsInMemory();
  const ports = [
    { name: 'http', port: 80 },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  api.put('Service', serviceOf('web', { clusterIP: '10.160.0.20', ports }));
  api.put('Service', serviceOf('peers', { clusterIP: 'None', ports: [{ name: 'http', port: 80 }] }));
  api.put('Service', serviceOf('many', { clusterIP: 'None' }));
  api.put('Service', serviceOf('away', { type: 'ExternalName', externalName: 'example.com' }));
  api.put(
    'Service',
    serviceOf('inward', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  );
  const endpoints = [
    { addresses: ['10.85.3.2'], hostname: 'db-0' },
    { addresses: ['10.85.3.3'] },
    { addresses: ['10.85.3.4'], conditions: { ready: false } },
  ];
  api.put('EndpointSlice', sliceOf('peers', endpoints, [{ name: 'http', port: 8080, protocol: 'TCP' }]));
  const crowd = Array.from({ length: 200 }, (_, index) => ({ addresses: [`10.85.4.${index}`] }));
  api.put('EndpointSlice', sliceOf('many', crowd));
  const zone = {
    catalog: watchCatalog(api, () => {}),
    domain: 'cluster.local',
    address: '10.160.0.10',
    ranges: [
      { first: 0x0a550000, prefixLength: 16 },
      { first: 0x0aa00000, prefixLength: 22 },
    ],
    hasNamespace: (namespace: string) => namespace === 'default',
    hasPod: (_: string, address: string) => address === '10.85.3.2',
  };
  return { zone, forward };
}

function queryOf(name: string, type: Question['type'] = 'A', additionals: Answer[] = []): Buffer {
  return encode({
    type: 'query',
    id: 4711,
    flags: RECURSION_DESIRED,
    questions: [{ name, type }],
    additionals,
  });
}

async function ask(
  name: string,
  type: Question['type'] = 'A',
  given: DnsContext = context(),
  transport: Transport = 'udp',
): Promise<DecodedPacket & { readonly rcode: string }> {
  const answer = await answerQuery(queryOf(name, type), transport, given);
  if (answer === undefined) throw new Error('no answer');
  const decoded = decode(answer);
  expect(decoded.id).toBe(4711);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the library decodes it, and its types do not say so
  return decoded as DecodedPacket & { readonly rcode: string };
}

async function dataOf(name: string, type: Question['type'] = 'A'): Promise<readonly unknown[]> {
  const { answers = [], rcode } = await ask(name, type);
  expect(rcode).toBe('NOERROR');
  return answers.map((answer) => ('data' in answer ? answer.data : undefined));
}

test('a service has its address, in whatever case it is asked for, and no IPv6', async () => {
  expect(await dataOf('web.default.svc.cluster.local')).toEqual(['10.160.0.20']);
  const { answers } = await ask('WeB.default.SVC.cluster.local');
  expect(answers).toMatchObject([{ name: 'WeB.default.SVC.cluster.local', data: '10.160.0.20' }]);
  expect(await dataOf('web.default.svc.cluster.local', 'AAAA')).toEqual([]);
});

test('a headless service has the addresses of its ready pods, and names for each', async () => {
  const addresses = await dataOf('peers.default.svc.cluster.local');
  expect(addresses.map(String).toSorted()).toEqual(['10.85.3.2', '10.85.3.3']);
  expect(await dataOf('db-0.peers.default.svc.cluster.local')).toEqual(['10.85.3.2']);
  expect(await dataOf('10-85-3-3.peers.default.svc.cluster.local')).toEqual(['10.85.3.3']);
});

test('named ports are found with SRV', async () => {
  expect(await dataOf('_http._tcp.web.default.svc.cluster.local', 'SRV')).toEqual([
    { priority: 0, weight: 100, port: 80, target: 'web.default.svc.cluster.local' },
  ]);
  expect(await dataOf('_dns._udp.web.default.svc.cluster.local', 'SRV')).toMatchObject([{ port: 53 }]);
  const { answers = [], additionals = [] } = await ask('_http._tcp.peers.default.svc.cluster.local', 'SRV');
  expect(answers).toHaveLength(2);
  expect(answers).toContainEqual(
    expect.objectContaining({
      data: { priority: 0, weight: 50, port: 8080, target: 'db-0.peers.default.svc.cluster.local' },
    }),
  );
  expect(additionals).toContainEqual(
    expect.objectContaining({ name: 'db-0.peers.default.svc.cluster.local', data: '10.85.3.2' }),
  );
});

test('addresses have names', async () => {
  expect(await dataOf('20.0.160.10.in-addr.arpa', 'PTR')).toEqual(['web.default.svc.cluster.local']);
  expect(await dataOf('2.3.85.10.in-addr.arpa', 'PTR')).toEqual(['db-0.peers.default.svc.cluster.local']);
  expect((await ask('99.0.160.10.in-addr.arpa', 'PTR')).rcode).toBe('NXDOMAIN');
});

test('pods have names by their address', async () => {
  expect(await dataOf('10-85-3-2.default.pod.cluster.local')).toEqual(['10.85.3.2']);
  expect((await ask('10-85-9-9.default.pod.cluster.local')).rcode).toBe('NXDOMAIN');
});

test.each([
  'nobody.default.svc.cluster.local',
  'web.other.svc.cluster.local',
  'other.svc.cluster.local',
  'x.web.default.svc.cluster.local',
  'a._http._tcp.web.default.svc.cluster.local',
  'constructor.cluster.local',
  'svc.svc.cluster.local',
])('%s is nobody, and for how long that holds is told', async (name) => {
  const { rcode, authorities } = await ask(name);
  expect(rcode).toBe('NXDOMAIN');
  expect(authorities).toMatchObject([{ type: 'SOA', name: 'cluster.local' }]);
});

test.each([
  'cluster.local',
  'svc.cluster.local',
  'default.svc.cluster.local',
  '_tcp.web.default.svc.cluster.local',
])('%s is there, without an address', async (name) => {
  expect(await dataOf(name)).toEqual([]);
});

const outside: DnsContext['forward'] = async (query) => {
  const { id = 0, questions = [] } = decode(query);
  const answers: Answer[] = [{ type: 'A', name: 'example.com', ttl: 60, data: '192.0.2.80' }];
  return encode({ type: 'response', id, questions, answers });
};

test('an external name is followed, outside and inside', async () => {
  const { answers } = await ask('away.default.svc.cluster.local', 'A', context(outside));
  expect(answers).toMatchObject([
    { type: 'CNAME', data: 'example.com' },
    { type: 'A', data: '192.0.2.80' },
  ]);
  expect(await dataOf('inward.default.svc.cluster.local')).toEqual([
    'web.default.svc.cluster.local',
    '10.160.0.20',
  ]);
});

test('all other names are asked for elsewhere, with the very bytes', async () => {
  const heard: Buffer[] = [];
  const given = context(async (query) => {
    heard.push(query);
    return undefined;
  });
  expect((await ask('example.com', 'MX', given)).rcode).toBe('SERVFAIL');
  expect(heard).toEqual([queryOf('example.com', 'MX')]);
});

test('a long answer is cut short over UDP, and whole over TCP', async () => {
  const { flag_tc: isTruncated, answers } = await ask('many.default.svc.cluster.local');
  expect([isTruncated, answers]).toEqual([true, []]);
  const whole = await ask('many.default.svc.cluster.local', 'A', context(), 'tcp');
  expect(whole.answers).toHaveLength(200);
});

test('a dot at the end of a label, which no text can tell, is a format error', async () => {
  const query = queryOf('web.default.svc.cluster.local');
  query[query.indexOf('web') + 2] = '.'.charCodeAt(0);
  const answer = await answerQuery(query, 'udp', context());
  // The code is the low half of the fourth byte: 1, a format error.
  expect((answer?.readUInt8(3) ?? 0) & 0xf).toBe(1);
});

test('hostile bytes get a short answer or none, and never more than they are', async () => {
  const given = context();
  await assert(
    asyncProperty(
      oneof(
        uint8Array({ maxLength: 600 }),
        // A true query with some bytes changed.
        array(tuple(nat(60), nat(255)), { maxLength: 8 }).map((changes) => {
          const query = queryOf('web.default.svc.cluster.local');
          for (const [at, value] of changes) if (at < query.length) query[at] = value;
          return query;
        }),
      ),
      async (bytes) => {
        const answer = await answerQuery(Buffer.from(bytes), 'udp', given);
        expect(answer?.length ?? 0).toBeLessThanOrEqual(1232);
        if (answer !== undefined) decode(answer);
      },
    ),
    { numRuns: 2000 },
  );
});

test('a message in a stream may come in any pieces', () => {
  assert(
    property(
      array(uint8Array({ maxLength: 50 }), { maxLength: 5 }),
      integer({ min: 1, max: 7 }),
      (messages, step) => {
        const stream = Buffer.concat(messages.map((message) => frame(Buffer.from(message))));
        const unframer = new Unframer(50);
        const got: Buffer[] = [];
        for (let at = 0; at < stream.length; at += step)
          got.push(...(unframer.push(stream.subarray(at, at + step)) ?? []));
        expect(got.map((it) => [...it])).toEqual(messages.map((it) => [...it]));
      },
    ),
  );
  expect(new Unframer(10).push(Buffer.from([0, 11]))).toBeUndefined();
});

test('the name servers of a machine, without ourselves', () => {
  const text =
    '# x\nnameserver 10.160.0.10\nnameserver 192.0.2.53 \nsearch a\nnameserver nonsense\nnameserver fe80::1%eth0\n';
  expect(parseUpstreams(text, '10.160.0.10')).toEqual([
    { address: '192.0.2.53', port: 53 },
    { address: 'fe80::1%eth0', port: 53 },
  ]);
});

async function nextBuffer(emitter: EventEmitter, event: string): Promise<Buffer> {
  const [value]: readonly unknown[] = await once(emitter, event);
  if (!Buffer.isBuffer(value)) throw new Error(`${event} without bytes`);
  return value;
}

test('over real sockets: UDP, TCP, the next server when one is silent, and no answer for strangers', async () => {
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  const upstream = createSocket('udp4').bind(0, '127.0.0.1');
  await once(upstream, 'listening');
  upstream.on('message', (query, { port }) => {
    // First somebody else's answer, then the true one.
    const { id = 0, questions = [] } = decode(query);
    const answers: Answer[] = [{ type: 'A', name: 'example.com', ttl: 60, data: '192.0.2.80' }];
    upstream.send(encode({ type: 'response', id: id ^ 1, questions, answers: [] }), port, '127.0.0.1');
    upstream.send(
      encode({ type: 'response', id, questions: [{ type: 'A', name: 'example.org' }] }),
      port,
      '127.0.0.1',
    );
    upstream.send(encode({ type: 'response', id, questions, answers }), port, '127.0.0.1');
  });
  let allowed = true;
  const forward = forwardTo(async () => [
    { address: '127.0.0.1', port: silent.address().port },
    { address: '127.0.0.1', port: upstream.address().port },
  ]);
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const server = await serveDns({ ...context(forward), address: '127.0.0.1', port, isClient: () => allowed });
  const client = createSocket('udp4');
  try {
    client.send(queryOf('example.com'), port, '127.0.0.1');
    const answer = await nextBuffer(client, 'message');
    expect(decode(answer)).toMatchObject({ id: 4711, answers: [{ data: '192.0.2.80' }] });
    const stream = connect(port, '127.0.0.1');
    stream.write(
      Buffer.concat([
        frame(queryOf('web.default.svc.cluster.local')),
        frame(queryOf('nobody.cluster.local')),
      ]),
    );
    const unframer = new Unframer(65_535);
    const got: Buffer[] = [];
    while (got.length < 2) {
      got.push(...(unframer.push(await nextBuffer(stream, 'data')) ?? []));
    }
    expect(got.map((it) => decode(it).answers?.length)).toEqual([1, 0]);
    allowed = false;
    let isAnswered = false;
    client.once('message', () => {
      isAnswered = true;
    });
    client.send(queryOf('web.default.svc.cluster.local'), port, '127.0.0.1');
    const stranger = connect(port, '127.0.0.1');
    await once(stranger, 'close');
    expect(isAnswered).toBe(false);
    stream.destroy();
  } finally {
    client.close();
    silent.close();
    upstream.close();
    await server.close();
  }
});
