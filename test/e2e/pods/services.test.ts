import { beforeAll, describe, expect, test } from 'vitest';
import { shell, sleeper } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';

const node = 'localhost/web:root';
/** Says its name over HTTP and, in capitals, over UDP. */
const server = `
const name = require('node:os').hostname();
require('node:http').createServer((_, response) => {
  setTimeout(() => response.setHeader('connection', 'close').end(name), 20);
}).listen(8080);
const socket = require('node:dgram').createSocket('udp4').bind(5353);
socket.on('message', (_, { port, address }) => socket.send(name.toUpperCase(), port, address));
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 500));
`;

function service(name: string, spec: object): object {
  const ports = [{ name: 'http', port: 80, targetPort: 'web' }];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'web' }, ports, ...spec },
  };
}

function web(labels: object = { version: '1' }): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: { app: 'web', ...labels } },
        spec: {
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: 'c',
              image: node,
              command: ['node', '-e', server],
              ports: [{ name: 'web', containerPort: 8080 }],
              readinessProbe: {
                httpGet: { port: 'web', path: '/' },
                periodSeconds: 1,
                failureThreshold: 1,
              },
            },
          ],
        },
      },
    },
  };
}

describe.runIf(canRunKubectl())('services', () => {
  const kubectl = useKubectl('services');
  const inClient = (script: string): Promise<string> =>
    kubectl.ok(['exec', 'client', '--', 'sh', '-c', script]);
  const runNode = (script: string): Promise<string> =>
    kubectl.ok(['exec', 'client', '--', 'node', '-e', script]);
  const resolve = (call: string): Promise<string> =>
    runNode(`require('node:dns').promises.${call}.then((found) => console.log(JSON.stringify(found)))`);
  const podNames = async (): Promise<readonly string[]> =>
    (await kubectl.ok(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}'])).split(
      ' ',
    );
  const endpoints = (name: string): Promise<string> =>
    kubectl.ok(['get', 'endpoints', name, '-o', 'jsonpath={.subsets[*].addresses[*].targetRef.name}']);

  beforeAll(async () => {
    const udp = { name: 'udp', port: 53, targetPort: 5353, protocol: 'UDP' };
    const items = [
      service('web', { ports: [{ name: 'http', port: 80, targetPort: 'web' }, udp] }),
      service('headless', { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] }),
      service('outside', { type: 'NodePort' }),
      service('sticky', { sessionAffinity: 'ClientIP' }),
      {
        ...service('alias', {}),
        spec: { type: 'ExternalName', externalName: 'web.services.svc.cluster.local' },
      },
      service('hosts', { clusterIP: 'None', selector: { app: 'named' }, ports: [{ port: 1 }] }),
      web(),
    ];
    await kubectl.apply({ apiVersion: 'v1', kind: 'List', items });
    const named = { hostname: 'first', subdomain: 'hosts' };
    await kubectl.apply(sleeper('named', { labels: { app: 'named' }, spec: named }));
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    await kubectl.apply(sleeper('client', { container: { image: node } }));
    await kubectl.ok(['wait', '--for=condition=Ready', 'pod/client', 'pod/named', '--timeout=20s']);
  }, 90_000);

  test('a cluster IP reaches all pods, by every name that DNS has for it', async () => {
    const pods = await podNames();
    const names = ['web', 'web.services', 'web.services.svc', 'web.services.svc.cluster.local', 'alias'];
    const answers = await inClient(names.map((name) => `wget -qO- http://${name}; echo`).join('\n'));
    for (const answer of answers.trim().split('\n')) expect(pods).toContain(answer);
    expect(answers.trim().split('\n')).toHaveLength(names.length);
    const many = await inClient('for i in 1 2 3 4 5 6 7 8 9 10 11 12; do wget -qO- http://web; echo; done');
    expect(new Set(many.trim().split('\n'))).toEqual(new Set(pods));
  });

  test('the host reaches it too, at its cluster IP and at its node port', async () => {
    const pods = await podNames();
    const of = (path: string): Promise<string> =>
      kubectl.ok(['get', 'service', 'outside', '-o', `jsonpath={${path}}`]);
    const address = await kubectl.ok([
      'get',
      'node',
      '-o',
      'jsonpath={.items[0].status.addresses[0].address}',
    ]);
    const port = await of('.spec.ports[0].nodePort');
    for (const host of [await of('.spec.clusterIP'), `127.0.0.1:${port}`, `${address}:${port}`])
      expect(pods).toContain(await (await fetch(`http://${host}/`)).text());
  });

  test('UDP', async () => {
    const script = `const socket = require('node:dgram').createSocket('udp4');
      socket.on('message', (text) => { console.log(String(text)); socket.close(); });
      socket.send('?', 53, 'web');`;
    const names = (await podNames()).map((name) => name.toUpperCase());
    expect(names).toContain((await runNode(script)).trim());
  });

  test('with session affinity a client stays with one pod', async () => {
    const answers = await inClient('for i in 1 2 3 4 5 6 7 8; do wget -qO- http://sticky; echo; done');
    expect(new Set(answers.trim().split('\n')).size).toBe(1);
  });

  test('a headless service has the addresses of its pods, and their host names', async () => {
    const ips = await kubectl.ok(['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}']);
    const suffix = 'services.svc.cluster.local';
    expect(JSON.parse(await resolve(`resolve4('headless.${suffix}')`)).toSorted()).toEqual(
      ips.split(' ').toSorted(),
    );
    const named = await kubectl.ok(['get', 'pod', 'named', '-o', 'jsonpath={.status.podIP}']);
    expect(JSON.parse(await resolve(`resolve4('first.hosts.${suffix}')`))).toEqual([named]);
    const [service] = JSON.parse(await resolve(`resolveSrv('_http._tcp.web.${suffix}')`));
    expect(service).toMatchObject({ name: `web.${suffix}`, port: 80 });
  });

  test('a name that nobody has is answered quickly', async () => {
    const script = `const startedAt = Date.now();
      require('node:dns').promises.lookup('nobody.example.invalid').catch(({ code }) => console.log(code, Date.now() - startedAt))`;
    const [code, ms] = (await runNode(script)).trim().split(' ');
    expect(code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(Number(ms)).toBeLessThan(5000);
  });

  test('the environment tells of services that were there before', async () => {
    const ip = await kubectl.ok(['get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}']);
    const script = 'echo $WEB_SERVICE_HOST $WEB_SERVICE_PORT $WEB_SERVICE_PORT_UDP $WEB_PORT';
    expect(await inClient(script)).toBe(`${ip} 80 53 tcp://${ip}:80\n`);
  });

  test('a pod that is not ready is no endpoint', async () => {
    await kubectl.apply(
      shell('late', 'sleep 3600', {
        labels: { app: 'late' },
        container: { readinessProbe: { exec: { command: ['test', '-e', '/ready'] }, periodSeconds: 1 } },
      }),
    );
    await kubectl.apply(service('late', { selector: { app: 'late' }, ports: [{ port: 80 }] }));
    await kubectl.ok(['wait', '--for=jsonpath={.status.phase}=Running', 'pod/late', '--timeout=20s']);
    const notReady = 'jsonpath={.subsets[*].notReadyAddresses[*].targetRef.name}';
    await expect.poll(() => kubectl.ok(['get', 'endpoints', 'late', '-o', notReady])).toBe('late');
    expect(await endpoints('late')).toBe('');
    const slice = ['get', 'endpointslices', '-l', 'kubernetes.io/service-name=late', '-o'];
    const ready = 'jsonpath={.items[0].endpoints[0].conditions.ready}';
    expect(await kubectl.ok([...slice, ready])).toBe('false');
    const refused = await kubectl.run(['exec', 'client', '--', 'wget', '-qO-', 'http://late']);
    expect(refused.stderr).toContain('Connection refused');
    await kubectl.ok(['exec', 'late', '--', 'touch', '/ready']);
    await expect.poll(() => endpoints('late'), { timeout: 10_000 }).toBe('late');
  });

  test('a rollout loses no request', async () => {
    const before = await podNames();
    const script = `let [ok, lost] = [0, 0];
      const isOver = () => require('node:fs').existsSync('/tmp/over');
      const ask = () => require('node:http').get('http://web/', { agent: false }, (answer) => {
        answer.resume().on('end', () => { ok += 1; next(); });
      }).on('error', () => { lost += 1; next(); });
      const next = () => isOver() ? (console.log(ok, lost), process.exit()) : setTimeout(ask, 5);
      ask();`;
    const asking = runNode(script);
    await kubectl.apply(web({ version: '2' }));
    await kubectl.ok(['rollout', 'status', 'deployment/web', '--timeout=30s']);
    const left = async (): Promise<readonly string[]> =>
      (await podNames()).filter((name) => before.includes(name));
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
    await inClient('touch /tmp/over');
    const [ok = '0', lost = '-'] = (await asking).trim().split(' ');
    expect(Number(ok)).toBeGreaterThan(20);
    expect(lost).toBe('0');
  });

  test('a pod reaches the API as its service account', async () => {
    const script = `const { readFileSync } = require('node:fs');
      const read = (name) => readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/' + name, 'utf8');
      const headers = { 'content-type': 'application/json', authorization: 'Bearer ' + read('token') };
      const url = 'https://kubernetes.default/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const request = require('node:https').request(url, { method: 'POST', ca: read('ca.crt'), headers }, async (answer) => {
        console.log(JSON.parse((await answer.toArray()).join('')).status.userInfo.username);
      });
      request.on('error', ({ message }) => console.log(message)).end(JSON.stringify(review));`;
    expect(await runNode(script)).toBe('system:serviceaccount:services:default\n');
  });
});
