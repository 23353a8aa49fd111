import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EndpointSlice } from '../../src/kube/endpoints.ts';
import type { PodSpec } from '../../src/kube/pod.ts';
import type { Service, ServiceSpec } from '../../src/kube/references.ts';
import type { NodePorts } from '../../src/node/node-ports.ts';
import { startPod } from '../../src/node/run-pod.ts';
import type { RunningPod } from '../../src/node/running-pod.ts';
import { rootLayout } from '../../src/runtime/layout.ts';
import { applyRuleset } from '../../src/runtime/nftables.ts';
import { type NodeNetwork, openNodeNetwork } from '../../src/runtime/node-network.ts';
import { openEngine } from '../../src/runtime/open-engine.ts';
import { raiseServicesInterface, removeServices, servicesTable } from '../../src/runtime/services-network.ts';
import { openServices, type Services } from '../../src/services/open-services.ts';
import { canRunContainers } from '../support/machine.ts';
import { type ObjectsInMemory, objectsInMemory } from '../support/objects-in-memory.ts';
import { openTestNode, script, type TestNode, testPod } from '../support/test-node.ts';

interface World {
  readonly node: TestNode;
  readonly ports: NodePorts;
  readonly api: ObjectsInMemory;
  readonly services: Services;
  readonly place: NodeNetwork;
  /** Two pods that answer with their names, over HTTP at 8080 and to any datagram at 5353. */
  readonly a: RunningPod;
  readonly b: RunningPod;
  readonly problems: unknown[];
}

let world: World | undefined;

function given(): World {
  if (world === undefined) throw new Error('there is nothing to test');
  return world;
}

const answering = (name: string): string =>
  `mkdir -p /tmp/www; echo ${name} > /tmp/www/index.html; httpd -p 8080 -h /tmp/www; exec sleep 1000`;

async function openWorld(cleanUp: (() => void | Promise<void>)[]): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'podproof-svc-'));
  const layout = rootLayout(root);
  const place = openNodeNetwork(layout);
  const node = await openTestNode('containerd', root);
  cleanUp.push(() => node.remove());
  const api = objectsInMemory();
  for (const name of ['default', 'other'])
    api.put('Namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const problems: unknown[] = [];
  const services = await openServices({
    api,
    layout,
    network: place.network,
    settings: { serviceCidr: place.serviceCidr, clusterDomain: 'cluster.local' },
    onProblem: (error) => problems.push(error),
  });
  cleanUp.push(() => services.close());
  const ports: NodePorts = {
    ...node,
    engine: await openEngine({ root, profile: 'containerd', network: place.network }),
    clusterDns: services.dns,
    serviceEnv: services.serviceEnv,
  };
  const start = async (name: string, spec: Partial<PodSpec> = {}): Promise<RunningPod> => {
    const pod = await startPod(ports, testPod({ containers: [script('c', answering(name))], ...spec }, name));
    cleanUp.push(() => pod.stop(0));
    expect(await pod.waitUntil('ready', 20_000)).toBe(true);
    return pod;
  };
  const [a, b] = await Promise.all([start('a'), start('b')]);
  return { node, ports, api, services, place, a, b, problems };
}

function ipOf(pod: RunningPod): string {
  return pod.status().podIP ?? '';
}

/** The address with that number in the services' range. */
function serviceIP(number: number): string {
  return given().place.serviceCidr.replace(/\d+\/\d+$/, String(number));
}

async function serve(
  name: string,
  number: number | 'None',
  pods: readonly RunningPod[],
  spec: Partial<ServiceSpec> = {},
): Promise<void> {
  const { api, services } = given();
  const clusterIP = number === 'None' ? 'None' : serviceIP(number);
  const ports = spec.ports ?? [{ name: 'http', port: 80, targetPort: 8080 }];
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: { type: 'ClusterIP', clusterIP, ...spec, ports },
  };
  const slice: EndpointSlice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-1`,
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': name },
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => ({
      addresses: [ipOf(pod)],
      conditions: { ready: true },
      ...(number === 'None' && { hostname: pod.pod.metadata.name ?? '' }),
    })),
    ports: ports.map((port) => ({
      name: port.name ?? '',
      port: Number(port.targetPort),
      protocol: port.protocol ?? 'TCP',
    })),
  };
  api.put('Service', service);
  api.put('EndpointSlice', slice);
  await services.settled();
}

/** What a command prints in a pod, its complaints included. */
async function inPod(pod: RunningPod, command: string): Promise<string> {
  const container = pod.containers()[0]?.runtimeContainer;
  if (container === undefined) throw new Error('the pod does not run');
  const { stdout, stderr } = await given().ports.engine.exec(container, {
    args: ['/bin/sh', '-c', command],
  });
  return `${stdout}${stderr}`.trim();
}

function get(pod: RunningPod, host: string): Promise<string> {
  return inPod(pod, `wget -q -O - http://${host}/`);
}

async function getFromHost(host: string): Promise<string> {
  const response = await fetch(`http://${host}/`, { signal: AbortSignal.timeout(3000) });
  return (await response.text()).trim();
}

/** Programs of this machine in a pod's network: the image has none that does UDP well. */
function inNetwork(pod: RunningPod, source: string): string[] {
  return [`--net=${pod.sandbox?.namespacePaths.network ?? ''}`, process.execPath, '-e', source];
}

const echoServer = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (text, { port, address }) => socket.send(String(text).toUpperCase(), port, address));
  socket.bind(5353, () => console.log('listening'));`;

function askOf(address: string): string {
  return `
    const socket = require('node:dgram').createSocket('udp4');
    socket.on('message', (text) => { process.stdout.write(text); socket.close(); });
    socket.connect(53, '${address}', () => socket.send('hello'));
    setTimeout(() => process.exit(1), 3000).unref();`;
}

function tables(): string {
  return execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
}

describe.skipIf(!canRunContainers())('services of pods on one bridge', () => {
  const cleanUp: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    world = await openWorld(cleanUp);
  });
  afterAll(async () => {
    for (const step of cleanUp.toReversed()) await step();
  });

  test('a pod reaches every pod behind a ClusterIP, itself included', async () => {
    const { a, b } = given();
    await serve('web', 20, [a, b]);
    const seen = new Set<string>();
    for (let attempt = 0; attempt < 40 && seen.size < 2; attempt += 1) seen.add(await get(a, serviceIP(20)));
    expect([...seen].sort()).toEqual(['a', 'b']);
  });

  test('so it does where the kernel does not show bridged packets to the rules', async () => {
    const { a, b } = given();
    const setting = '/proc/sys/net/bridge/bridge-nf-call-iptables';
    if (!existsSync(setting)) return;
    const before = readFileSync(setting, 'utf8').trim();
    execFileSync('sh', ['-c', `echo 0 > ${setting}`]);
    try {
      await serve('toward-b', 21, [b]);
      expect(await get(a, serviceIP(21))).toBe('b');
      expect(await get(b, serviceIP(21))).toBe('b');
    } finally {
      execFileSync('sh', ['-c', `echo ${before} > ${setting}`]);
    }
  });

  test('the host reaches a ClusterIP', async () => {
    const { a } = given();
    await serve('for-host', 22, [a]);
    expect(await getFromHost(serviceIP(22))).toBe('a');
  });

  test('a node port leads to the pods from loopback, from the host and from a pod', async () => {
    const { a, b, place } = given();
    await serve('node', 23, [b], {
      type: 'NodePort',
      ports: [{ name: 'http', port: 80, targetPort: 8080, nodePort: 31_877 }],
    });
    const gateway = place.network.subnet.replace(/\d+\/\d+$/, '1');
    expect(await getFromHost('127.0.0.1:31877')).toBe('b');
    expect(await getFromHost(`${gateway}:31877`)).toBe('b');
    expect(await get(a, `${gateway}:31877`)).toBe('b');
  });

  test("the host's loopback stays closed to pods", async () => {
    const { a, place } = given();
    const server = createServer((_, response) => response.end('secret')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const gateway = place.network.subnet.replace(/\d+\/\d+$/, '1');
    expect(
      readFileSync(`/proc/sys/net/ipv4/conf/${place.network.bridge}/route_localnet`, 'utf8').trim(),
    ).toBe('1');
    // Straight to 127.0.0.1 through the bridge, as a pod with NET_ADMIN or NET_RAW can.
    const netns = a.sandbox?.namespacePaths.network ?? '';
    const enter = (command: string): string =>
      execFileSync('nsenter', [`--net=${netns}`, 'sh', '-c', command], { encoding: 'utf8' });
    enter(`
      for it in all default eth0; do echo 1 > /proc/sys/net/ipv4/conf/$it/route_localnet; done
      ip addr del 127.0.0.1/8 dev lo
      ip route add 127.0.0.0/8 via ${gateway} dev eth0`);
    try {
      expect(enter('ip route get 127.0.0.1')).toContain('dev eth0');
      const connect = `require('node:net').connect(${port}, '127.0.0.1').on('connect', () => { console.log('reached'); process.exit() });
        setTimeout(() => { console.log('no way'); process.exit() }, 1000)`;
      const client = execFileSync('nsenter', [`--net=${netns}`, process.execPath, '-e', connect], {
        encoding: 'utf8',
      });
      expect(client.trim()).toBe('no way');
    } finally {
      enter('ip route del 127.0.0.0/8 via ' + gateway + '; ip addr add 127.0.0.1/8 dev lo');
      server.close();
    }
  });

  test('a service over UDP', async () => {
    const { a, b } = given();
    await serve('datagrams', 24, [b], {
      ports: [{ name: 'd', port: 53, targetPort: 5353, protocol: 'UDP' }],
    });
    const server = spawn('nsenter', inNetwork(b, echoServer), { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(server.stdout, 'data');
      expect(execFileSync('nsenter', inNetwork(a, askOf(serviceIP(24))), { encoding: 'utf8' })).toBe('HELLO');
      expect(execFileSync('nsenter', inNetwork(b, askOf(serviceIP(24))), { encoding: 'utf8' })).toBe('HELLO');
      const ofHost = execFileSync(process.execPath, ['-e', askOf(serviceIP(24))], { encoding: 'utf8' });
      expect(ofHost).toBe('HELLO');
    } finally {
      server.kill();
    }
  });

  test('without endpoints connections are refused at once, and so are other ports', async () => {
    const { a } = given();
    await serve('nobody', 25, []);
    await serve('web', 20, [a]);
    for (const host of [serviceIP(25), `${serviceIP(20)}:81`, serviceIP(99)])
      expect(await get(a, host)).toContain('refused');
    await expect(getFromHost(serviceIP(25))).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  test('traffic follows the endpoints within moments', async () => {
    const { a, b, services } = given();
    await serve('moving', 26, [a]);
    expect(await get(b, serviceIP(26))).toBe('a');
    const begin = performance.now();
    await serve('moving', 26, [b]);
    await services.settled();
    expect(performance.now() - begin).toBeLessThan(500);
    expect(await get(b, serviceIP(26))).toBe('b');
  });

  test('a client with affinity stays with one pod', async () => {
    const { a, b } = given();
    await serve('sticky', 27, [a, b], { sessionAffinity: 'ClientIP' });
    const seen = new Set<string>();
    for (let attempt = 0; attempt < 8; attempt += 1) seen.add(await get(a, serviceIP(27)));
    expect(seen.size).toBe(1);
  });

  test('names of services, with the search domains that the pod was given', async () => {
    const { a, b, place } = given();
    await serve('web', 20, [a]);
    await serve('peers', 'None', [a, b]);
    const resolvConf = await inPod(a, 'cat /etc/resolv.conf');
    expect(resolvConf).toContain('search default.svc.cluster.local svc.cluster.local cluster.local');
    const full = await inPod(a, 'busybox nslookup web.default.svc.cluster.local');
    expect(full).toContain(serviceIP(20));
    const headless = await inPod(a, 'busybox nslookup peers.default.svc.cluster.local');
    expect(headless).toContain(ipOf(a));
    expect(headless).toContain(ipOf(b));
    expect(await inPod(a, 'busybox nslookup b.peers.default.svc.cluster.local')).toContain(ipOf(b));
    expect(await inPod(a, 'busybox nslookup nobody-knows.default.svc.cluster.local')).toContain('NXDOMAIN');
    expect(await inPod(a, `busybox nslookup ${serviceIP(20)}`)).toContain('web.default.svc.cluster.local');
    expect(place.serviceCidr).toContain('/22');
  });

  test('variables tell of the services that are there when a container starts', async () => {
    const { a, ports } = given();
    await serve('db-main', 28, [a], { ports: [{ name: 'sql', port: 5432, targetPort: 8080 }] });
    const pod = await startPod(ports, testPod({ containers: [script('c', 'env; exec sleep 100')] }, 'env'));
    try {
      await pod.waitUntil('ready', 20_000);
      const env = await inPod(pod, 'env');
      expect(env).toContain(`DB_MAIN_SERVICE_HOST=${serviceIP(28)}`);
      expect(env).toContain(`DB_MAIN_PORT_5432_TCP=tcp://${serviceIP(28)}:5432`);
    } finally {
      await pod.stop(0);
    }
  });

  test('and do not for a pod without enableServiceLinks', async () => {
    const { a, ports } = given();
    await serve('db-main', 28, [a]);
    const spec = { containers: [script('c', 'exec sleep 100')], enableServiceLinks: false };
    const pod = await startPod(ports, testPod(spec, 'plain'));
    try {
      await pod.waitUntil('ready', 20_000);
      expect(await inPod(pod, 'env')).not.toContain('DB_MAIN');
    } finally {
      await pod.stop(0);
    }
  });

  test('many changes at once cost few rulesets, and none failed', async () => {
    const { a, api, services, problems } = given();
    for (let number = 100; number < 200; number += 1) void serve(`s${number}`, number, [a]);
    await services.settled();
    expect(await getFromHost(serviceIP(199))).toBe('a');
    for (let number = 100; number < 200; number += 1) api.remove('Service', 'default', `s${number}`);
    await services.settled();
    expect(problems).toEqual([]);
  });
});

test.skipIf(!canRunContainers())(
  'after close, and after a node that was killed, nothing is left',
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'podproof-svc-'));
    const layout = rootLayout(root);
    const { network, serviceCidr } = openNodeNetwork(layout);
    const table = servicesTable(layout);
    const options = {
      api: objectsInMemory(),
      layout,
      network,
      settings: { serviceCidr, clusterDomain: 'cluster.local' },
      onProblem: () => {},
    };
    const interfacesBefore = execFileSync('ip', ['-o', 'addr'], { encoding: 'utf8' });
    try {
      // What a node leaves that was killed.
      raiseServicesInterface(layout, [serviceCidr.replace(/0\/22$/, '10')], 22);
      await applyRuleset(`table ip ${table} {\n chain of-the-dead {\n }\n}\n`);
      const services = await openServices(options);
      expect(execFileSync('nft', ['list', 'table', 'ip', table], { encoding: 'utf8' })).not.toContain(
        'of-the-dead',
      );
      await services.close();
      await removeServices(layout);
      expect(tables()).not.toContain(table);
      expect(execFileSync('ip', ['-o', 'addr'], { encoding: 'utf8' })).toBe(interfacesBefore);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
);
