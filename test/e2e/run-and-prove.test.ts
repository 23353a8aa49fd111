import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, inject, test } from 'vitest';
import type { ObservationReport } from '../../src/core/contract/observation-report.ts';
import type { ProofReport } from '../../src/core/contract/proof-report.ts';
import { canRunContainers } from '../support/machine.ts';
import { PODPROOF } from '../support/paths.ts';
import { podproof } from '../support/podproof.ts';

const IMAGE = 'localhost/busybox:root';

function pod(container: object, spec: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { restartPolicy: 'Never', ...spec, containers: [{ name: 'c', image: IMAGE, ...container }] },
  });
}

/** Pods whose directories are left, and mounts below the root. */
function leftovers(): readonly string[] {
  const root = inject('podproofRoot');
  const pods = join(root, 'lib', 'pods');
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [...(existsSync(pods) ? readdirSync(pods) : []), ...mounts.filter((line) => line.includes(root))];
}

describe.skipIf(!canRunContainers())('run IMAGE', () => {
  test('passes output, errors and the exit code through', async () => {
    const { exitCode, stdout, stderr } = await podproof([
      'run',
      IMAGE,
      'sh',
      '-c',
      'echo out; echo err >&2; exit 7',
    ]);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' });
    expect(leftovers()).toEqual([]);
  });

  test('passes bytes through as they are, whatever they are', async () => {
    const child = spawn(PODPROOF, ['run', IMAGE, 'cat', '/bin/busybox'], {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed = buffer(child.stdout);
    await once(child, 'close');
    const program = readFileSync('/bin/busybox');
    expect((await printed).equals(program)).toBe(true);
  });

  test('confines as docker does: an added capability wins over a dropped one, a seccomp filter is on', async () => {
    const flags = ['--cap-drop', 'ALL', '--cap-add', 'CHOWN', '--cap-drop', 'CHOWN', '--user', '0:1234'];
    const { stdout } = await podproof(['run', ...flags, IMAGE, 'cat', '/proc/self/status']);
    expect(stdout).toMatch(/^CapBnd:\t0000000000000001$/m);
    expect(stdout).toMatch(/^Seccomp:\t2$/m);
    expect(stdout).toMatch(/^Gid:\t1234\t/m);
  });

  test('hands standard input over with -i', async () => {
    const { exitCode, stdout } = await podproof(['run', '-i', IMAGE, 'cat'], 'through and through\n');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'through and through\n' });
  });

  test('hands a signal on, and exits as the container does', async () => {
    const script = 'trap "echo caught; exit 9" TERM; echo up; while :; do sleep 0.1; done';
    const child = spawn(PODPROOF, ['run', IMAGE, 'sh', '-c', script], {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output === '') child.kill('SIGTERM');
      output += text;
    });
    await once(child, 'close');
    expect({ output, exitCode: child.exitCode }).toEqual({ output: 'up\ncaught\n', exitCode: 9 });
    expect(leftovers()).toEqual([]);
  });

  test('an image that is nowhere ends the run with what to do', async () => {
    const { exitCode, stdout, stderr } = await podproof(['run', 'localhost:1/nowhere', 'id']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('ErrImagePull');
    expect(stderr).toContain('podproof image load SOURCE --name localhost:1/nowhere');
    expect(leftovers()).toEqual([]);
  });

  test('--dry-run prints a manifest that runs the same', async () => {
    const flags = [
      '--user',
      '1000:2000',
      '--read-only',
      '--network',
      'none',
      '-e',
      'A=$(B)',
      '--hostname',
      'h',
    ];
    const command = [
      'sh',
      '-c',
      'id; echo "$A"; hostname; ls /sys/class/net; touch /x 2>/dev/null || echo read-only',
    ];
    const direct = await podproof(['run', ...flags, IMAGE, ...command]);
    const { stdout: manifest } = await podproof(['run', '--dry-run', ...flags, IMAGE, ...command]);
    const again = await podproof(['run', '-f', '-'], manifest);
    expect(direct.stdout).toBe('uid=1000 gid=2000 groups=2000\n$(B)\nh\nlo\nread-only\n');
    expect(again.stdout).toBe(direct.stdout);
  });
});

describe.skipIf(!canRunContainers())('run -f', () => {
  test('prefixes several containers, and the worst exit code counts', async () => {
    const manifest: { spec: { containers: object[] } } = JSON.parse(
      pod({ command: ['sh', '-c', 'echo one; exit 3'] }),
    );
    manifest.spec.containers.push({ name: 'other', image: IMAGE, command: ['echo', 'two'] });
    const { exitCode, stdout } = await podproof(['run', '-f', '-'], JSON.stringify(manifest));
    expect(exitCode).toBe(3);
    expect(stdout.split('\n').sort()).toEqual(['', 'c     | one', 'other | two']);
    expect(leftovers()).toEqual([]);
  });
});

describe.skipIf(!canRunContainers())('what run tells besides the output', () => {
  test('what is not carried out as it is written', async () => {
    const manifest = pod(
      { command: ['true'] },
      { securityContext: { fsGroup: 2000 }, volumes: [{ name: 'v', hostPath: { path: '/srv' } }] },
    );
    const proven = await podproof(['prove', '-f', '-', '-o', 'json'], manifest);
    const { pods }: ProofReport = JSON.parse(proven.stdout);
    expect(pods[0]?.findings).toContainEqual(expect.objectContaining({ code: 'fs-group-on-host-path' }));
    const { exitCode, stdout, stderr } = await podproof(['run', '-f', '-'], manifest);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toBe(
      'podproof: pod default/web: fsGroup 2000 is not applied to volume "v": the kubelet leaves a hostPath as it is\n',
    );
  });

  test('what to write when a container is refused', async () => {
    const refused = pod({}, { securityContext: { runAsNonRoot: true } });
    const { exitCode, stderr } = await podproof(['run', '-f', '-'], refused);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/CreateContainerConfigError: container has runAsNonRoot.*\n {2}write runAsUser/);
  });
});

describe.skipIf(!canRunContainers())('prove', () => {
  test('prints what the kernel applied, and nothing is left', async () => {
    const { exitCode, stdout } = await podproof(
      ['prove', '-f', '-', '--settle', '100ms'],
      pod({ command: ['sleep', '100'], securityContext: { readOnlyRootFilesystem: true } }),
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /c {3}localhost\/busybox:root@sha256:\w{12} {3}expected = kernel, all \d+ facts hold/,
    );
    expect(stdout).toMatch(/root file system +read-only/);
    expect(stdout).toMatch(/processes +pid 1 +uid 0 +host pid \d+ +uid 0 +sleep 100/);
    expect(stdout).toMatch(/1 pod, 1 container: 1 proven\n$/);
    expect(leftovers()).toEqual([]);
  });

  const refused = pod({}, { securityContext: { runAsNonRoot: true } });

  test.each([
    [[], 1, ''],
    [['--expect', 'refused'], 0, ''],
    [['--expect', 'web=CreateContainerConfigError'], 0, ''],
    [['--expect', 'c=ErrImagePull'], 1, 'expected c=ErrImagePull, found CreateContainerConfigError'],
    [['--expect', 'nobody=Error'], 1, 'there is no pod or container "nobody"'],
  ])('a refused pod with %j has exit code %i', async (flags, code, message) => {
    const { exitCode, stdout, stderr } = await podproof(['prove', '-f', '-', ...flags], refused);
    expect(exitCode).toBe(code);
    expect(stdout).toContain('CreateContainerConfigError');
    expect(stdout).toMatch(/\n +write runAsUser/);
    expect(stdout).not.toContain('warning');
    expect(stderr).toContain(message);
  });

  test('advice belongs to the refusal; that an image was not pulled again is told with its line', async () => {
    const { stdout } = await podproof(['prove', '-f', '-', '-o', 'json'], refused);
    const report: ProofReport = JSON.parse(stdout);
    expect(report.pods[0]?.containers[0]).toMatchObject({
      advice: expect.stringMatching(/^write runAsUser/),
      adviceLine: 1,
    });
    const always = pod({ command: ['sleep', '100'], imagePullPolicy: 'Always' });
    const proven = await podproof(['prove', '-f', '-', '-o', 'json', '--settle', '0s'], always);
    const { pods }: ProofReport = JSON.parse(proven.stdout);
    expect(pods[0]?.containers[0]?.findings).toContainEqual(
      expect.objectContaining({
        code: 'image-not-pulled',
        field: 'spec.containers[0].imagePullPolicy',
        line: 1,
      }),
    );
  });

  test('a pod that should be refused and runs is a finding', async () => {
    const running = pod({ command: ['sleep', '100'] });
    const { exitCode, stderr } = await podproof(
      ['prove', '-f', '-', '--settle', '0s', '--expect', 'refused'],
      running,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('expected pod default/web to be refused, found Running');
  });

  test('Ctrl-C tears everything down and exits with 130', async () => {
    const child = spawn(PODPROOF, ['prove', '-f', '-', '--settle', '100s'], {
      env: { ...process.env, PODPROOF_ROOT: inject('podproofRoot') },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(pod({ command: ['sleep', '100'] }));
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // What takes longer than a second says so: by then the pod runs.
      if (errors === '') child.kill('SIGINT');
      errors += text;
    });
    await once(child, 'close');
    expect(child.exitCode).toBe(130);
    expect(errors).toContain('interrupted by SIGINT');
    expect(leftovers()).toEqual([]);
  });

  test('many pods at once are proven in one call', async () => {
    const pods = Array.from({ length: 8 }, (_, index) => {
      const one: { metadata: { name: string } } = JSON.parse(pod({ command: ['sleep', '100'] }));
      one.metadata.name = `web-${index}`;
      return JSON.stringify(one);
    });
    const { exitCode, stdout } = await podproof(['prove', '-f', '-', '-o', 'json'], pods.join('\n---\n'));
    const report: ProofReport = JSON.parse(stdout);
    expect(report.summary).toEqual({ pods: 8, containers: 8, proven: 8, failed: 0, refused: 0 });
    expect(exitCode).toBe(0);
    expect(leftovers()).toEqual([]);
  });

  test('--pid observes any process, and compares it with a manifest', async () => {
    const child = spawn('sleep', ['100']);
    const pid = String(child.pid);
    try {
      const { exitCode, stdout } = await podproof(['prove', '--pid', pid, '-o', 'json']);
      const report: ObservationReport = JSON.parse(stdout);
      expect(exitCode).toBe(0);
      expect(report.facts.find(({ field }) => field === 'namespaces.user')?.observed).toBe('host');
      const compared = await podproof(
        ['prove', '--pid', pid, '-f', '-'],
        pod({ securityContext: { runAsUser: 1000 } }),
      );
      expect(compared.exitCode).toBe(1);
      expect(compared.stdout).toMatch(/user\.uid +expected 1000, the kernel has 0/);
    } finally {
      child.kill();
    }
  });
});

describe.skipIf(!canRunContainers())('image', () => {
  test('says who an image runs as, by text, template and JSON', async () => {
    const { stdout } = await podproof(['image', 'localhost/busybox:app']);
    expect(stdout).toMatch(/^runs as +1654:1654 app/);
    expect(stdout).toContain('runAsUser: 1654');
    expect((await podproof(['image', 'localhost/busybox:app', '-f', '{{.Config.User}}'])).stdout).toBe(
      'app\n',
    );
    const json = await podproof(['image', 'localhost/busybox:1654', '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'ImageReport',
      identity: { uid: 1654, numeric: true, verifiableAsNonRoot: true },
    });
  });

  test('lists what is in the store, and one that is nowhere is bad input', async () => {
    expect((await podproof(['image', 'list'])).stdout).toContain(IMAGE);
    const { exitCode, stderr } = await podproof(['image', 'oci:/nowhere']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no such file or directory');
  });
});
