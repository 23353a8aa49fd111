import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sleeper } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';

describe.runIf(canRunKubectl())('podproof up', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
  });
  afterAll(() => node.remove());
  afterEach(async () => void (await node.podproof(['down'])));

  test('returns when kubectl can be used, and says how', async () => {
    const { stdout, stderr, exitCode } = await node.podproof(['up']);
    expect(exitCode, stderr).toBe(0);
    expect(await node.kubectlOk(['get', 'nodes'])).toContain('podproof   Ready');
    expect(statSync(node.kubeconfig).mode & 0o777).toBe(0o600);
    expect(stdout.replaceAll(node.root, 'ROOT')).toMatch(
      new RegExp(
        [
          /node ready in \d\S* m?s {3}https:\/\/127\.0\.0\.1:\d+ {3}Kubernetes 1\.\d+/,
          /\n {2}export KUBECONFIG=ROOT\/lib\/kubeconfig/,
          / {2}kubectl get nodes/,
          /\npods {2}podproof status\nstop {2}podproof down\nlog {3}ROOT\/lib\/node.log/,
        ]
          .map(({ source }) => source)
          .join('\n'),
      ),
    );
  });

  test('-o json, and status with it', async () => {
    const report = JSON.parse(await node.ok(['up', '-o', 'json']));
    expect(report).toMatchObject({
      kind: 'NodeReport',
      running: true,
      state: 'running',
      kubeconfig: node.kubeconfig,
      pods: [],
    });
    expect(report.readyInMs).toBeLessThan(5000);
    const { pid, url, startedAt } = report;
    expect(await node.status()).toMatchObject({ running: true, pid, url, startedAt });
  });

  test('a second one on the same root is refused, and names the first', async () => {
    await node.ok(['up']);
    const { pid, url } = await node.status();
    for (const args of [['up'], ['up', '--port', '45999']])
      expect(await node.podproof(args)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`it runs already, as process ${pid} at ${url}`),
      });
    expect(await node.podproof(['up', '--foreground'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`process ${pid} is the node of this root already`),
    });
    expect((await node.status()).pid).toBe(pid);
  });

  test('a port that is taken: the one asked for, and the one that the node had', async () => {
    await node.ok(['up']);
    const { port } = new URL((await node.status()).url ?? '');
    await node.ok(['down']);
    const server = createServer().listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
    try {
      const kept = await node.podproof(['up']);
      expect(kept).toMatchObject({ exitCode: 2, stdout: '' });
      expect(kept.stderr).toBe(
        `podproof: cannot listen on 127.0.0.1:${port}, which this node had before, because another process does\n` +
          `  ss -ltnp 'sport = :${port}'  shows it; podproof up --port N  takes another port\n`,
      );
      const wanted = await node.podproof(['up', '--port', port]);
      expect(wanted.stderr).toContain(`cannot listen on 127.0.0.1:${port} because another process does`);
      expect(node.onMachine()).toEqual([]);
    } finally {
      server.close();
    }
    await node.ok(['up']);
    expect((await node.status()).url).toBe(`https://127.0.0.1:${port}`);
  });

  test('its log: what happened and when, and no end of it is kept', async () => {
    const log = join(node.lib, 'node.log');
    writeFileSync(log, 'x'.repeat(5 * 1024 * 1024));
    await node.ok(['up']);
    await node.ok(['down']);
    expect(statSync(`${log}.1`).size).toBe(5 * 1024 * 1024);
    const at = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z podproof: node`;
    expect(readFileSync(log, 'utf8')).toMatch(
      new RegExp(
        [
          `^${at} starting, process \\d+, podproof \\S+`,
          `${at} ready at https://127.0.0.1:\\d+`,
          `${at} stopping; its pods end with it`,
          `${at} stopped\\n$`,
        ].join('\n'),
      ),
    );
  });

  test('a root whose name has blanks and quotes', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'pp-blank-'));
    chmodSync(parent, 0o711);
    const odd = await ownNode(join(parent, "it's a root"));
    try {
      const printed = await odd.ok(['up', '--root', odd.root], { PODPROOF_ROOT: '' });
      const quoted = `'${odd.root.replaceAll("'", `'\\''`)}`;
      expect(printed).toContain(`export KUBECONFIG=${quoted}/lib/kubeconfig'`);
      expect(printed).toContain(`podproof down --root ${quoted}'`);
      await odd.apply(sleeper('a', { spec: { hostUsers: false } }));
      await odd.kubectlOk(['wait', '--for=condition=Ready', 'pod/a', '--timeout=20s']);
    } finally {
      await odd.remove();
      rmSync(parent, { recursive: true });
    }
  });

  test('a root deep below others', async () => {
    const top = mkdtempSync(join(tmpdir(), 'pp-long-'));
    chmodSync(top, 0o711);
    const long = await ownNode(join(top, 'long'.repeat(40), 'path'.repeat(40)));
    try {
      await long.ok(['up']);
      await long.apply(sleeper('a'));
      await long.kubectlOk(['wait', '--for=condition=Ready', 'pod/a', '--timeout=20s']);
      expect(await long.kubectlOk(['exec', 'a', '--', 'echo', 'here'])).toBe('here\n');
    } finally {
      await long.remove();
      rmSync(top, { recursive: true });
    }
  });
});

const theirs = `apiVersion: v1
kind: Config
# at work
clusters:
- name: work
  cluster: {server: https://work:6443} # not ours
contexts:
- name: work
  context: {cluster: work, user: work}
users:
- name: work
  user: {token: abc}
current-context: work
`;

describe.runIf(canRunKubectl())('podproof up --merge', () => {
  let home: string;
  let file: string;
  let node: OwnNode;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'pp-home-'));
    file = join(home, '.kube', 'config');
    mkdirSync(join(home, '.kube'));
    node = await ownNode();
  });
  afterEach(async () => void (await node.podproof(['down', '--purge', '--keep-images'])));
  afterAll(async () => {
    await node.remove();
    rmSync(home, { recursive: true });
  });
  const env = (): Record<string, string> => ({ HOME: home, KUBECONFIG: '' });

  test("adds the context to the user's file, and a purge takes it out again", async () => {
    writeFileSync(file, theirs, { mode: 0o600 });
    expect(await node.ok(['up', '--merge'], env())).toContain(`podproof, now the current one in ${file}`);
    const merged = readFileSync(file, 'utf8');
    expect(merged).toContain('# at work');
    expect(merged).toContain('# not ours');
    expect(parse(merged)).toMatchObject({
      contexts: [{ name: 'work' }, { name: 'podproof' }],
      'current-context': 'podproof',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await node.ok(['down']);
    expect(readFileSync(file, 'utf8')).toBe(merged);
    // Another port: the context follows.
    await node.ok(['up', '--port', '45871'], env());
    expect(readFileSync(file, 'utf8')).toContain('https://127.0.0.1:45871');
    expect(await node.ok(['down', '--purge', '--keep-images'], env())).toContain(
      `removed the context from ${file}`,
    );
    const after = readFileSync(file, 'utf8');
    expect(parse(after)).toEqual({ ...parse(theirs), 'current-context': '' });
    expect(after).toContain('# at work');
  });

  test('without it the file of the user stays as it is, also one with such a context', async () => {
    const other = `${theirs}# of another node\n`.replaceAll('work', 'podproof');
    writeFileSync(file, other);
    await node.ok(['up'], env());
    await node.ok(['down', '--purge', '--keep-images'], env());
    expect(readFileSync(file, 'utf8')).toBe(other);
  });

  test('KUBECONFIG names the file, also from where the command is typed', async () => {
    const elsewhere = join(home, 'elsewhere');
    await node.ok(['up', '--merge'], { HOME: home, KUBECONFIG: `${node.kubeconfig}:${elsewhere}` });
    expect(parse(readFileSync(elsewhere, 'utf8'))).toMatchObject({ 'current-context': 'podproof' });
  });
});
