import { describe, expect, test } from 'vitest';
import { parseCapabilityMask } from '../../src/confinement/capability.ts';
import type { ContainerProof, ProofReport } from '../../src/core/contract/proof-report.ts';
import { hostCapabilities } from '../support/host.ts';
import { canRunContainers } from '../support/machine.ts';
import { podproof } from '../support/podproof.ts';

/** What the containers of these scenarios run when they are asked about themselves: the kernel's own words. */
const ASK = 'cat /proc/self/status; whoami; id -G';

/** The 14 capabilities that Docker and containerd give by default. */
const DEFAULT_MASK = '00000000a80425fb';

interface Scenario {
  readonly image?: string;
  readonly pod?: object;
  readonly container?: object;
  readonly command?: string;
  readonly spec?: object;
}

function manifest({
  image = 'localhost/busybox:root',
  pod,
  container,
  command = ASK,
  spec,
}: Scenario): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'scenario' },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      ...(pod ? { securityContext: pod } : {}),
      containers: [
        {
          name: 'c',
          image,
          command: ['sh', '-c', command],
          ...(container ? { securityContext: container } : {}),
        },
      ],
      ...spec,
    },
  });
}

/** Runs the pod in the foreground and answers what its container printed. */
async function ask(scenario: Scenario): Promise<string> {
  const { exitCode, stdout, stderr } = await podproof(['run', '-f', '-'], manifest(scenario));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return stdout;
}

/** The line `Name:<tab>value` of /proc/self/status. */
function statusLine(output: string, name: string): string {
  return new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(output)?.[1]?.trim() ?? `no ${name} in ${output}`;
}

async function prove(
  text: string,
  ...flags: readonly string[]
): Promise<{ exitCode: number | null; report: ProofReport }> {
  const { exitCode, stdout, stderr } = await podproof(
    ['prove', '-f', '-', '-o', 'json', '--all', ...flags],
    text,
  );
  if (stdout === '') throw new Error(stderr);
  const report: ProofReport = JSON.parse(stdout);
  return { exitCode, report };
}

function onlyContainer(report: ProofReport): ContainerProof {
  const container = report.pods[0]?.containers[0];
  if (container === undefined) throw new Error('the report holds no container');
  return container;
}

/** Facts that do not hold, as `field: expected -> observed`. */
function failures(report: ProofReport): readonly string[] {
  return report.pods
    .flatMap((pod) => pod.containers)
    .flatMap((container) => container.proof?.facts ?? [])
    .filter((fact) => !fact.holds)
    .map((fact) => `${fact.field}: ${JSON.stringify(fact.expected)} -> ${JSON.stringify(fact.observed)}`);
}

async function refusal(scenario: Scenario): Promise<{ reason: string; message: string }> {
  const { exitCode, report } = await prove(manifest(scenario));
  expect(exitCode).toBe(1);
  const { waiting } = onlyContainer(report).state;
  const uid = report.pods[0]?.uid ?? '';
  return { reason: waiting?.reason ?? '', message: (waiting?.message ?? '').replace(uid, 'UID') };
}

async function provenHolds(scenario: Scenario): Promise<void> {
  const { exitCode, report } = await prove(manifest({ ...scenario, command: 'sleep 100' }));
  expect(failures(report)).toEqual([]);
  expect(exitCode).toBe(0);
}

describe.skipIf(!canRunContainers())('scenarios, asked at the kernel', () => {
  test('a root image without a context runs as 0 with the 14 default capabilities and no seccomp filter', async () => {
    const output = await ask({});
    const expected = parseCapabilityMask(DEFAULT_MASK).filter((name) => hostCapabilities().includes(name));
    expect(statusLine(output, 'Uid')).toBe('0\t0\t0\t0');
    expect(parseCapabilityMask(statusLine(output, 'CapEff'))).toEqual(expected);
    expect(parseCapabilityMask(statusLine(output, 'CapBnd'))).toEqual(expected);
    expect(statusLine(output, 'Seccomp')).toBe('0');
    expect(statusLine(output, 'NoNewPrivs')).toBe('0');
    expect(output).toContain('\nroot\n');
    await provenHolds({});
  });

  test('runAsNonRoot on a root image is never created', async () => {
    expect(await refusal({ pod: { runAsNonRoot: true } })).toEqual({
      reason: 'CreateContainerConfigError',
      message:
        'container has runAsNonRoot and image will run as root (pod: "scenario_default(UID)", container: c)',
    });
  });

  test('runAsNonRoot on an image with a named user is refused, and the uid to write is named', async () => {
    const scenario = { image: 'localhost/busybox:app', pod: { runAsNonRoot: true } };
    expect(await refusal(scenario)).toEqual({
      reason: 'CreateContainerConfigError',
      message:
        'container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "scenario_default(UID)", container: c)',
    });
    const { stdout, exitCode } = await podproof(['check', '-', '--level', 'privileged'], manifest(scenario));
    expect(stdout).toContain('runAsUser: 1654');
    expect(exitCode).toBe(3);
  });

  test('runAsNonRoot on an image with a numeric user runs without effective capabilities', async () => {
    const scenario = { image: 'localhost/busybox:1654', pod: { runAsNonRoot: true } };
    const output = await ask(scenario);
    expect(output).toContain('\napp\n');
    expect(statusLine(output, 'CapEff')).toBe('0000000000000000');
    await provenHolds(scenario);
  });

  test('runAsUser 0 with runAsNonRoot breaks the non-root policy', async () => {
    expect(await refusal({ pod: { runAsNonRoot: true, runAsUser: 0 } })).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'container\'s runAsUser breaks non-root policy (pod: "scenario_default(UID)", container: c)',
    });
  });

  test('a uid that the image does not know has gid 0; the container value overrides the pod value', async () => {
    const pod = { runAsUser: 1010 };
    const output = await ask({ pod });
    expect(statusLine(output, 'Uid')).toBe('1010\t1010\t1010\t1010');
    expect(statusLine(output, 'Gid')).toBe('0\t0\t0\t0');
    const overridden = await ask({ pod, container: { runAsUser: 1654 } });
    expect(statusLine(overridden, 'Uid')).toBe('1654\t1654\t1654\t1654');
    expect(statusLine(overridden, 'Gid')).toBe('1654\t1654\t1654\t1654');
    await provenHolds({ pod });
  });

  test('capabilities that root adds are permitted, effective and bounding', async () => {
    const scenario = { container: { capabilities: { add: ['SYS_TIME', 'NET_ADMIN'] } } };
    const output = await ask(scenario);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
      expect(parseCapabilityMask(statusLine(output, set))).toEqual(
        expect.arrayContaining(['SYS_TIME', 'NET_ADMIN']),
      );
    }
    await provenHolds(scenario);
  });

  test('drop ALL, add NET_BIND_SERVICE leaves exactly that', async () => {
    const scenario = { container: { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } } };
    const output = await ask(scenario);
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) {
      expect(parseCapabilityMask(statusLine(output, set))).toEqual(['NET_BIND_SERVICE']);
    }
    await provenHolds(scenario);
  });

  test('privileged with a read-only root: the root is read-only, /proc/sys is not; proof and check say so', async () => {
    const scenario = { container: { privileged: true, readOnlyRootFilesystem: true } };
    // Writing the value that is there changes nothing on the host.
    const output = await ask({
      ...scenario,
      command: 'touch /x 2>&1; cat /proc/sys/vm/swappiness > /proc/sys/vm/swappiness && echo sysctl written',
    });
    expect(output).toContain('/x: Read-only file system');
    expect(output).toContain('sysctl written');
    const { exitCode, report } = await prove(manifest({ ...scenario, command: 'sleep 100' }));
    expect(failures(report)).toEqual([]);
    expect(exitCode).toBe(0);
    const facts = onlyContainer(report).proof?.facts ?? [];
    expect(facts.find((fact) => fact.field === 'rootFilesystem.readOnly')?.observed).toBe(true);
    expect(facts.find((fact) => fact.field === 'readonlyPaths')?.observed).toEqual([]);
    expect(JSON.stringify(onlyContainer(report).findings)).toContain('/proc/sys');
    const check = await podproof(['check', '-', '--level', 'privileged'], manifest(scenario));
    expect(check.stdout).toContain('/proc/sys');
  });

  test('nginx on a read-only root exits; with an emptyDir on its two directories it serves', async () => {
    const container = {
      name: 'nginx',
      image: 'localhost/nginx:1',
      securityContext: { readOnlyRootFilesystem: true },
    };
    const bare = await prove(manifest({ spec: { containers: [container] } }), '--settle', '2s');
    expect(onlyContainer(bare.report).state.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
    expect(onlyContainer(bare.report).logTail?.join('\n')).toContain('Read-only file system');
    expect(bare.exitCode).toBe(1);

    const mounted = {
      ...container,
      readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 1 },
      volumeMounts: [
        { name: 'cache', mountPath: '/var/cache/nginx' },
        { name: 'run', mountPath: '/run' },
      ],
    };
    const volumes = [
      { name: 'cache', emptyDir: {} },
      { name: 'run', emptyDir: {} },
    ];
    const serving = await prove(manifest({ spec: { containers: [mounted], volumes } }));
    expect(failures(serving.report)).toEqual([]);
    expect(onlyContainer(serving.report).state.running).toBeDefined();
    expect(serving.exitCode).toBe(0);
  });

  test('allowPrivilegeEscalation: false keeps a setuid binary at 1000; unset it becomes 0', async () => {
    const scenario = {
      image: 'localhost/setuid:1',
      pod: { runAsUser: 1000 },
      command: '/usr/bin/setuid-id',
    };
    expect(await ask(scenario)).toContain('euid=0(root)');
    const kept = { ...scenario, container: { allowPrivilegeEscalation: false } };
    expect(await ask(kept)).not.toContain('euid=0');
    expect(statusLine(await ask({ ...kept, command: ASK }), 'NoNewPrivs')).toBe('1');
    await provenHolds(kept);
  });

  test('hostUsers: false maps root to a range of its own, another one for each pod', async () => {
    const spec = { hostUsers: false };
    const command = 'cat /proc/self/uid_map /proc/self/gid_map; id -u; sleep 1';
    const outputs = await Promise.all([ask({ spec, command }), ask({ spec, command })]);
    const bases = outputs.map((output) => {
      const [uidMap, gidMap, uid] = output.split('\n').map((line) => line.trim().split(/\s+/));
      expect(uidMap).toEqual(gidMap);
      expect(uid).toEqual(['0']);
      expect([uidMap?.[0], uidMap?.[2]]).toEqual(['0', '65536']);
      return Number(uidMap?.[1]);
    });
    expect(bases.every((base) => base >= 65536 && base % 65536 === 0)).toBe(true);
    expect(bases[0]).not.toBe(bases[1]);
    await provenHolds({ spec });
  });

  test('supplementalGroupsPolicy: Merge adds the groups of the image, Strict does not', async () => {
    const pod = { runAsUser: 1654, supplementalGroups: [1234], fsGroup: 5678 };
    const command = 'id -G';
    const groups = async (extra: object) =>
      (await ask({ pod: { ...pod, ...extra }, command }))
        .trim()
        .split(' ')
        .map(Number)
        .sort((a, b) => a - b);
    expect(await groups({})).toEqual([1234, 1654, 2100, 5678]);
    expect(await groups({ supplementalGroupsPolicy: 'Merge' })).toEqual([1234, 1654, 2100, 5678]);
    expect(await groups({ supplementalGroupsPolicy: 'Strict' })).toEqual([1234, 1654, 5678]);
    await provenHolds({ pod: { ...pod, supplementalGroupsPolicy: 'Strict' } });
  });

  test('two containers share a unix socket and localhost, and pids only when asked for', async () => {
    const server = `
      const net = require('net');
      const answer = (words) => net.createServer((socket) => socket.end(words));
      answer('over the socket').listen('/shared/socket');
      answer('over localhost').listen(9000, '127.0.0.1');
      require('http').createServer((_, response) => { response.end(); setTimeout(process.exit, 50); }).listen(9001);
      process.title = 'the-server';`;
    const client = `
      const net = require('net'), fs = require('fs'), http = require('http');
      const read = (to) => new Promise((done) => {
        const socket = net.connect(to);
        let text = '';
        socket.on('data', (data) => (text += data)).on('end', () => done(text)).on('error', () => setTimeout(() => read(to).then(done), 50));
      });
      (async () => {
        console.log(await read({ port: 9000, host: '127.0.0.1' }), await read({ path: '/shared/socket' }));
        const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
        const names = pids.map((pid) => fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8'));
        console.log(names.some((name) => name.startsWith('the-server')) ? 'sees the server' : 'sees only itself');
        http.get('http://127.0.0.1:9001');
      })();`;
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const container = (name: string, script: string) => ({
      name,
      image: 'localhost/web:root',
      command: ['node', '-e', script],
      volumeMounts,
    });
    const pair = (shareProcessNamespace: boolean) =>
      manifest({
        spec: {
          shareProcessNamespace,
          volumes: [{ name: 'shared', emptyDir: {} }],
          containers: [container('server', server), container('client', client)],
        },
      });
    const separate = await podproof(['run', '-f', '-'], pair(false));
    expect(separate.stdout).toContain('over localhost over the socket');
    expect(separate.stdout).toContain('sees only itself');
    const shared = await podproof(['run', '-f', '-'], pair(true));
    expect(shared.stdout).toContain('over localhost over the socket');
    expect(shared.stdout).toContain('sees the server');
  });
});
