// @ts-check
// `npm run bench`: the figures that the project promises, as ratios of medians measured in one run on this machine.
// Nothing here is a test: a shared machine is noisy, and a ratio that is over its bound is for a person to look at.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  build,
  buildSamples,
  installNpmPackages,
  installSystemPackages,
  ROOT,
  RUN_PACKAGES,
  setUp,
} from './setup.mjs';

const PODPROOF = join(ROOT, 'bin', 'podproof');
// In lower case: podman makes an image's name of a path.
const work = join(tmpdir(), `pp-bench-${process.pid}`);
mkdirSync(work);
const env = { ...process.env, PODPROOF_ROOT: join(work, 'root') };

let layout = '';
setUp(() => {
  installNpmPackages();
  installSystemPackages(RUN_PACKAGES);
  build();
  layout = buildSamples('test');
});

/** @param {string} program @param {readonly string[]} args @param {string} [input] */
function run(program, args, input) {
  const started = performance.now();
  const result = spawnSync(program, args, { cwd: work, env, encoding: 'utf8', input, maxBuffer: 1 << 28 });
  const wallMs = performance.now() - started;
  if (result.status === null || result.status > 1) {
    throw new Error(`${program} ${args.join(' ')}: ${result.status} ${result.stderr}`);
  }
  return { wallMs, stdout: result.stdout };
}

/** @param {readonly (() => number)[]} measures @param {number} rounds @returns {readonly number[]} medians, in turn */
function medians(measures, rounds) {
  const samples = measures.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, measure] of measures.entries()) {
      const value = measure();
      if (round > 0) samples[index]?.push(value);
    }
  }
  return samples.map((values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN);
}

/** @param {string} what @param {number} ours @param {number} reference @param {string} of @param {string} bound */
function print(what, ours, reference, of, bound) {
  const ratio = (ours / reference).toFixed(2);
  const figures = `${ours.toFixed(0).padStart(6)} ms  ${reference.toFixed(0).padStart(6)} ms`;
  process.stdout.write(`${what.padEnd(34)}${figures}  ${ratio.padStart(6)} x ${of}  (${bound})\n`);
}

/** @param {string} name */
function podManifest(name) {
  const container = { name: 'c', image: 'localhost/busybox:root', command: ['sleep', '1000'] };
  const spec = { terminationGracePeriodSeconds: 0, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

function bundle() {
  const dir = join(work, 'bundle');
  mkdirSync(join(dir, 'rootfs', 'bin'), { recursive: true });
  cpSync('/bin/busybox', join(dir, 'rootfs', 'bin', 'busybox'));
  run('runc', ['spec', '--bundle', dir]);
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
  config.process.terminal = false;
  config.process.args = ['/bin/busybox', 'true'];
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config));
  return dir;
}

function benchCheck() {
  const file = join(work, 'pod.yaml');
  writeFileSync(file, readFileSync(join(ROOT, 'samples', 'manifests', '3-non-root.yaml')));
  const [ours = 0, node = 0] = medians(
    [
      () => run(PODPROOF, ['check', '--images', 'never', file]).wallMs,
      () => run(process.execPath, ['-e', '0']).wallMs,
    ],
    15,
  );
  print('check, one file, no images', ours, node, 'node -e 0', 'at most 2');
  return node;
}

/** @param {number} nodeMs */
function benchProve(nodeMs) {
  const file = join(work, 'prove.json');
  writeFileSync(file, JSON.stringify(podManifest('bench')));
  run(PODPROOF, ['image', 'load', `oci:${layout}:localhost/busybox:root`]);
  const dir = bundle();
  let startedInMs = 0;
  const prove = () => {
    const { wallMs, stdout } = run(PODPROOF, ['prove', '-f', file, '--settle', '0', '-o', 'json']);
    startedInMs = JSON.parse(stdout).pods[0].startedInMs;
    return wallMs;
  };
  const [proveMs = 0, startMs = 0, runcMs = 0] = medians(
    [prove, () => startedInMs, () => run('runc', ['run', '--bundle', dir, `bench-${process.pid}`]).wallMs],
    11,
  );
  print('prove, start to torn down', proveMs, 2 * runcMs + nodeMs, '2 runc run + node', 'at most 2.5');
  print('pod create to running', startMs, runcMs, 'runc run', 'at most 4');
  benchPodman(startMs);
}

/** @param {number} startMs */
function benchPodman(startMs) {
  if (!existsSync('/usr/bin/podman')) {
    process.stdout.write('podman kube play: podman is not installed, nothing to compare with\n');
    return;
  }
  const bridge = '/sys/class/net/cni-podman1';
  const hadBridge = existsSync(bridge);
  env.CONTAINERS_CONF = podmanConfig();
  const storage = ['--root', join(work, 'podman'), '--runroot', join(work, 'podman-run')];
  const podman = (/** @type {readonly string[]} */ args) => run('podman', [...storage, ...args]);
  try {
    const id = podman(['pull', '-q', `oci:${writeLayout('busybox', 'writeBusyboxLayout')}`]).stdout.trim();
    podman(['tag', id, 'localhost/busybox:root']);
    const file = join(work, 'podman.json');
    writeFileSync(file, JSON.stringify(podManifest('bench')));
    const [playMs = 0] = medians(
      [
        () => {
          const { wallMs } = podman(['kube', 'play', file]);
          podman(['kube', 'down', file]);
          return wallMs;
        },
      ],
      5,
    );
    print('pod create to running', startMs, playMs, 'podman kube play', 'at most 0.5');
  } finally {
    // What podman leaves behind is not the next measurement's business.
    if (!hadBridge && existsSync(bridge)) run('ip', ['link', 'delete', 'cni-podman1']);
    spawnSync('umount', [join(work, 'podman', 'overlay')]);
  }
}

/** podman asks for rlimits that a machine without CAP_SYS_RESOURCE cannot give: a wrapper leaves them out. */
function podmanConfig() {
  const wrapper = join(work, 'runc-without-rlimits');
  writeFileSync(
    wrapper,
    `#!/bin/sh
previous=
for word in "$@"; do
  [ "$previous" = --bundle ] && sed -i 's/"rlimits":\\[[^]]*\\]/"rlimits":[]/' "$word/config.json"
  previous=$word
done
exec runc "$@"
`,
    { mode: 0o755 },
  );
  const config = join(work, 'containers.conf');
  writeFileSync(
    config,
    `[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n[engine.runtimes]\nrunc = ["${wrapper}"]\n`,
  );
  return config;
}

/** A 200 MB image of 10,000 files, as people's application images are: text that compresses and data that does not. */
function benchLoad() {
  const files = join(work, 'files');
  for (let dir = 0; dir < 100; dir += 1) {
    mkdirSync(join(files, `d${dir}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      const noise = randomBytes(6000).toString('base64');
      writeFileSync(join(files, `d${dir}`, `f${file}`), noise + 'x'.repeat(20_000 - noise.length));
    }
  }
  const archive = join(work, 'layer.tar.gz');
  run('tar', ['-czf', archive, '-C', files, '.']);
  const layout = writeLayout('big', 'writeGzipLayout', archive, 'localhost/big:1');
  let round = 0;
  const [ours = 0, tar = 0] = medians(
    [
      () => {
        round += 1;
        const root = join(work, `load-${round}`);
        const { wallMs } = run(PODPROOF, ['--root', root, 'image', 'load', `oci:${layout}`]);
        rmSync(root, { recursive: true });
        return wallMs;
      },
      () => {
        const target = join(work, `tar-${round}`);
        mkdirSync(target);
        const { wallMs } = run('tar', ['-xzf', archive, '-C', target]);
        rmSync(target, { recursive: true });
        return wallMs;
      },
    ],
    3,
  );
  print('image load, 200 MB, 10,000 files', ours, tar, 'tar -xz', 'at most 1.25');
}

/** @param {string} name @param {string} writer a function of samples/ @param {...string} args */
function writeLayout(name, writer, ...args) {
  const dir = join(work, name);
  const words = [dir, ...args].map((word) => JSON.stringify(word)).join(', ');
  const script = `import('./samples/bench.ts').then((m) => m.${writer}(${words}))`;
  const result = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(result.stderr);
  return dir;
}

async function benchMany() {
  const file = join(work, 'many.json');
  const items = Array.from({ length: 50 }, (_, index) => podManifest(`bench-${index}`));
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const started = performance.now();
  const child = spawn(PODPROOF, ['prove', '-f', file, '-o', 'json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peakKiB = 0;
  const sampling = setInterval(() => {
    const status = existsSync(`/proc/${child.pid}/status`)
      ? readFileSync(`/proc/${child.pid}/status`, 'utf8')
      : '';
    peakKiB = Math.max(peakKiB, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, 20);
  const { summary } = JSON.parse(await text(child.stdout));
  clearInterval(sampling);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `50 pods in one prove: ${summary.proven} of ${summary.containers} containers proven in ${seconds} s, ` +
      `${Math.round(peakKiB / 1024)} MiB resident at most (under 150)\n`,
  );
}

try {
  process.stdout.write(`${''.padEnd(34)}${'ours'.padStart(9)}${'theirs'.padStart(11)}\n`);
  benchProve(benchCheck());
  benchLoad();
  await benchMany();
} finally {
  rmSync(work, { recursive: true, force: true });
}
