import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sleeper, sleepers } from '../support/kube-objects.ts';
import { canRunKubectl } from '../support/machine.ts';
import { type OwnNode, ownNode } from '../support/own-node.ts';
import { PODPROOF } from '../support/paths.ts';
import type { Outcome } from '../support/podproof.ts';

const ready = ['wait', '--for=condition=Ready', 'pod', '--all', '--timeout=30s'];

describe.runIf(canRunKubectl())('a machine on which no node can start', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'pp-none-'));
  });
  afterAll(() => rmSync(root, { recursive: true }));

  function run(...words: readonly string[]): Outcome {
    const [program = '', ...args] = words;
    const env = { ...process.env, PODPROOF_ROOT: root, NO_COLOR: '1' };
    const { status, stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
    return { exitCode: status, stdout, stderr };
  }

  test.each([
    ['/usr/sbin/runc', 'runc', 'runc'],
    ['/usr/bin/conmon', 'conmon', 'conmon'],
    ['/usr/sbin/nft', 'nft', 'nftables'],
    ['/usr/lib/cni/bridge', 'CNI plugin bridge', 'containernetworking-plugins'],
  ])('says what is missing and how to get it: %s', (path, name, packageName) => {
    const hide = `mount --bind /dev/null ${path} && exec "$0" up`;
    const { exitCode, stdout, stderr } = run('unshare', '--mount', 'sh', '-c', hide, PODPROOF);
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toMatch(`podproof: cannot start the node: not installed: ${name}\n`);
    expect(stderr).toContain(`apt-get install ${packageName} `);
    expect(readdirSync(root)).toEqual([]);
  });

  test('says all that is missing at once', () => {
    const hide =
      'mount --bind /dev/null /usr/sbin/runc && mount --bind /dev/null /usr/sbin/nft && exec "$0" up';
    expect(run('unshare', '--mount', 'sh', '-c', hide, PODPROOF).stderr).toMatch(
      /not installed: runc, nft\n +apt-get install runc nftables /,
    );
  });

  test('only root can', () => {
    const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];
    const { exitCode, stderr } = run('setpriv', ...nobody, PODPROOF, 'up');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 4,
      stderr: 'podproof: cannot start the node: only root can\n  run it with sudo\n',
    });
  });

  test('a root that cannot be written', () => {
    const readOnly = 'mount -t tmpfs -o ro none "$1" && exec "$0" up --root "$1/below"';
    const { exitCode, stderr } = run('unshare', '--mount', 'sh', '-c', readOnly, PODPROOF, root);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/read-only file system/);
    expect(stderr).toMatch(/use a directory that can be written: --root DIR/);
  });

  test('a root that is a file', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(run(PODPROOF, 'up', '--root', file)).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('use a directory: --root DIR'),
    });
    rmSync(file);
  });
});

describe.runIf(canRunKubectl())('a node whose files are not what they were', () => {
  let node: OwnNode;
  beforeAll(async () => {
    node = await ownNode();
    await node.ok(['up']);
    await node.apply(sleeper('a'));
    await node.kubectlOk(ready);
    await node.ok(['down']);
  });
  afterAll(() => node.remove());
  afterEach(async () => void (await node.podproof(['down'])));

  const isBack = async (): Promise<void> => {
    await node.ok(['up']);
    await node.kubectlOk(ready);
  };

  test('a lock and a note of a node that is no more are no obstacle', async () => {
    writeFileSync(join(node.run, 'node.lock'), '4194304 1 node\n');
    const note = {
      pid: 4_194_304,
      startTime: 1,
      url: 'https://127.0.0.1:1',
      startedAt: '2026-01-01T00:00:00Z',
    };
    writeFileSync(join(node.run, 'node.json'), JSON.stringify(note));
    const { exitCode, stdout } = await node.podproof(['status']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('the node was killed: process 4194304');
    await isBack();
  });

  test('a process that has been given the pid of the node is none', async () => {
    const note = {
      pid: process.pid,
      startTime: 1,
      url: 'https://127.0.0.1:1',
      startedAt: '2026-01-01T00:00:00Z',
    };
    writeFileSync(join(node.run, 'node.json'), JSON.stringify(note));
    expect((await node.status()).running).toBe(false);
    // It would have ended this process.
    await node.ok(['down']);
    await isBack();
  });

  test('broken settings and credentials are made anew', async () => {
    const names = [
      'kubeconfig',
      'node.json',
      ...['admin.pem', 'server.pem', 'token'].map((it) => `credentials/${it}`),
    ];
    for (const name of names) writeFileSync(join(node.lib, name), '{"apiVersion": \u0000 broken');
    await isBack();
    for (const name of names) expect(statSync(join(node.lib, name)).mode & 0o777).toBe(0o600);
  });

  test('an authority that is lost is made anew, with all that it had signed', async () => {
    writeFileSync(join(node.lib, 'credentials', 'ca.pem'), 'broken');
    await isBack();
  });

  test('a pod whose state cannot be read begins anew', async () => {
    const [uid = ''] = readdirSync(join(node.lib, 'pods'));
    writeFileSync(join(node.lib, 'pods', uid, 'state.json'), '{');
    await isBack();
    expect(readFileSync(join(node.lib, 'node.log'), 'utf8')).toContain('pod default/a begins anew');
  });

  test('objects that cannot be read: the node does not start, and says what to do', async () => {
    const path = join(node.lib, 'api', 'objects.mdb');
    const kept = readFileSync(path);
    for (const broken of [Buffer.from('not a database'), kept.subarray(0, 9000), Buffer.alloc(kept.length)]) {
      writeFileSync(path, broken);
      const { exitCode, stdout, stderr } = await node.podproof(['up']);
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
      expect(stderr).toContain(`cannot open the object store "${path}"`);
      expect(stderr).toContain('move the file away');
      expect(node.onMachine()).toEqual([]);
    }
    writeFileSync(path, kept);
    await isBack();
  });
});

describe.runIf(canRunKubectl())('a disk that is full', () => {
  let root: string;
  let node: OwnNode;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'pp-full-'));
    must('mount', '-t', 'tmpfs', '-o', 'size=40m', 'none', root);
    node = await ownNode(root);
  });
  afterAll(async () => {
    await node.podproof(['down', '--purge']);
    must('umount', root);
    rmSync(root, { recursive: true });
  });

  test('is told, loses nothing, lets everything be read, and is over when there is room', async () => {
    const filler = join(root, 'filler');
    await node.ok(['up']);
    await node.apply(sleeper('a'), configMap('before'));
    await node.kubectlOk(ready);
    spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`]);

    const accepted: string[] = [];
    let refusal = '';
    // Pages that are free in the file take some.
    for (let number = 0; refusal === '' && number < 40; number += 1) {
      const { exitCode, stderr } = await node.kubectl(
        ['create', '-f', '-'],
        configMap(`c${number}`, 900_000),
      );
      if (exitCode === 0) accepted.push(`c${number}`);
      else refusal = stderr;
    }
    expect(refusal).toMatch(
      /Internal error occurred: cannot write "\S+objects.mdb": no space left on device; free some/,
    );
    expect(await node.kubectlOk(['get', 'pods'])).toContain('Running');
    expect(await node.kubectlOk(['get', 'cm', 'before', '-o', 'jsonpath={.metadata.name}'])).toBe('before');
    expect((await node.status()).running).toBe(true);

    rmSync(filler);
    await node.apply(configMap('after'), sleepers('web', 1));
    await node.kubectlOk(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    const all = ['before', 'after', ...accepted].map((name) => `configmap/${name}`);
    const names = async (): Promise<readonly string[]> =>
      (await node.kubectlOk(['get', 'cm', '-o', 'name'])).trim().split('\n');
    expect(await names()).toEqual(expect.arrayContaining(all));

    // Nor does the end of a node wait for room.
    spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`]);
    await node.ok(['down']);
    expect(node.onMachine().filter((it) => !it.startsWith('none '))).toEqual([]);
    rmSync(filler);
    await node.ok(['up']);
    await node.kubectlOk(ready);
    expect(await names()).toEqual(expect.arrayContaining(all));
    expect(existsSync(join(node.lib, 'node.log'))).toBe(true);
  });
});

function must(program: string, ...args: readonly string[]): void {
  expect(spawnSync(program, args).status).toBe(0);
}

function configMap(name: string, sizeBytes = 0): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { text: name.padEnd(sizeBytes, '.') },
  };
}
