import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Pod } from '../../src/kube/pod.ts';
import { canRunContainers } from '../support/machine.ts';
import { script, testPod } from '../support/test-node.ts';
import { usePods } from '../support/use-pods.ts';

const pods = usePods();
const { start, log } = pods;

const once = { restartPolicy: 'Never' } as const;
const idle = 'exec sleep 1000';

describe.skipIf(!canRunContainers())('the containers of a pod', () => {
  it('share a volume and localhost, but not their processes', async () => {
    const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
    const pod = await start(
      testPod({
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          script(
            'server',
            'mkdir /v/www; echo hello > /v/www/index.html; exec httpd -f -p 127.0.0.1:8080 -h /v/www',
            mounts,
          ),
          script(
            'client',
            `cat /v/www/index.html; while ! wget -q -O - http://127.0.0.1:8080/; do sleep 0.05; done; ps | grep -c "[h]ttpd -f"; ${idle}`,
            mounts,
          ),
        ],
      }),
    );
    await expect.poll(() => log(pod, 'client'), { timeout: 10_000 }).toEqual(['hello', 'hello', '0']);
  });

  it('see each other with shareProcessNamespace', async () => {
    const pod = await start(
      testPod({
        shareProcessNamespace: true,
        containers: [
          script('a', 'exec sleep 4321'),
          script('b', `sleep 0.3; ps | grep -c "[s]leep 4321"; ${idle}`),
        ],
      }),
    );
    await expect.poll(() => log(pod, 'b'), { timeout: 10_000 }).toEqual(['1']);
  });

  it('are seen by an ephemeral container that targets one of them', async () => {
    const pod = await start(
      testPod({
        containers: [script('a', 'exec sleep 4321')],
        ephemeralContainers: [
          { ...script('debug', 'ps | grep -c "[s]leep 4321"'), targetContainerName: 'a' },
        ],
      }),
    );
    await expect.poll(() => log(pod, 'debug'), { timeout: 10_000 }).toEqual(['1']);
    expect(pod.status().phase).toBe('Running');
    const isOver = await pod.waitUntil(
      ({ ephemeralContainerStatuses }) => ephemeralContainerStatuses?.[0]?.state.terminated?.exitCode === 0,
      10_000,
    );
    expect(isOver).toBe(true);
  });

  it("have the pod's name, aliases and name servers", async () => {
    const pod = await start(
      testPod({
        ...once,
        hostname: 'front',
        subdomain: 'team',
        hostAliases: [{ ip: '192.0.2.7', hostnames: ['backend'] }],
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['192.0.2.53'] },
        containers: [
          script(
            'c',
            'hostname; echo $HOSTNAME; cat /etc/hostname; cat /etc/resolv.conf; head -n 100 /etc/hosts',
          ),
        ],
      }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    const lines = await log(pod, 'c');
    expect(lines.slice(0, 4)).toEqual(['front', 'front', 'front', 'nameserver 192.0.2.53']);
    expect(lines).toContain(`${pod.status().podIP}\tfront.team.default.svc.cluster.local\tfront`);
    expect(lines).toContain('192.0.2.7\tbackend');
  });

  it('have the token of a service account that the manifest brings, for their user alone', async () => {
    const metadata = { name: 'robot', namespace: 'default' };
    pods.node.objects.current = {
      serviceAccount: () => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata }),
    };
    const spec: Pod['spec'] = {
      ...once,
      serviceAccountName: 'robot',
      securityContext: { runAsUser: 1654 },
      containers: [
        script(
          'c',
          'cd /var/run/secrets/kubernetes.io/serviceaccount; ls; stat -L -c "%u:%g %a" token ca.crt; cat namespace; echo; touch x 2>&1',
        ),
      ],
    };
    const pod = await start({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec });
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(await log(pod, 'c')).toEqual([
      'ca.crt',
      'namespace',
      'token',
      '1654:0 600',
      '0:0 644',
      'default',
      'touch: x: Read-only file system',
    ]);
  });

  it("with hostNetwork have the host's name and its network", async () => {
    const pod = await start(
      testPod({ ...once, hostNetwork: true, containers: [script('c', 'readlink /proc/self/ns/net')] }),
    );
    expect(await pod.waitUntil('finished', 10_000)).toBe(true);
    expect(await log(pod, 'c')).toEqual([readlinkSync('/proc/self/ns/net')]);
    expect(pod.status().podIP).toBe('192.0.2.1');
  });
});

describe.skipIf(!canRunContainers())('many pods', () => {
  it('run at once, each with an address and a range of ids of its own, and leave nothing', async () => {
    const started = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        start(testPod({ hostUsers: false, containers: [script('c', idle)] }, `pod-${index}`)),
      ),
    );
    const ready = await Promise.all(started.map((pod) => pod.waitUntil('ready', 50_000)));
    expect(ready.every(Boolean)).toBe(true);
    expect(new Set(started.map((pod) => pod.status().podIP)).size).toBe(20);
    const ranges = started.map(({ sandbox }) => (sandbox?.user.mode === 'pod' ? sandbox.user.hostId : null));
    expect(new Set(ranges).size).toBe(20);
    await Promise.all(started.map((pod) => pod.stop(0)));
    expect(readdirSync(join(pods.node.dirs.lib, 'pods'))).toEqual([]);
  });
});

describe.skipIf(!canRunContainers())('a root that is closed to others', () => {
  it('runs pods with a user namespace, whose mounts lie outside of it and go with them', async () => {
    expect(statSync(pods.node.root).mode & 0o077).toBe(0);
    const pod = await start(
      testPod({ hostUsers: false, ...once, containers: [script('c', 'touch /f && id -u')] }),
    );
    const outside = join('/run/podproof-mounts', pod.pod.metadata.uid ?? '');
    await pod.waitUntil('finished', 10_000);
    expect(await log(pod, 'c')).toEqual(['0']);
    expect(existsSync(outside)).toBe(true);
    await pod.stop(0);
    expect(existsSync(outside)).toBe(false);
  });
});
