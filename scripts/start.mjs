// @ts-check
// `npm start`: the main job on a sample, explained on screen. A sample web app is predicted, run and proved: as root,
// refused, as non-root, and in a user namespace with a read-only root.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import {
  build,
  buildSamples,
  installNpmPackages,
  installSystemPackages,
  ROOT,
  RUN_PACKAGES,
  SetupError,
  setUp,
} from './setup.mjs';

const PODPROOF = join(ROOT, 'bin', 'podproof');

/** @typedef {{ caption: string, args: readonly string[], exitCode: number }} Step */

/** @type {readonly Step[]} */
const STEPS = [
  {
    caption: 'Who does the image run as? Kubernetes only asks when it is too late.',
    args: ['image', 'localhost/web:root'],
    exitCode: 0,
  },
  {
    caption: 'A manifest without a security context: what would a cluster do with it?',
    args: ['check', 'samples/manifests/1-root.yaml'],
    exitCode: 1,
  },
  {
    caption: 'Now run it, and ask the kernel what was applied. Root in there is root on this machine.',
    args: ['prove', '-f', 'samples/manifests/1-root.yaml'],
    exitCode: 0,
  },
  {
    caption: 'With runAsNonRoot the kubelet refuses the same image; this is the error that a cluster shows.',
    args: ['prove', '-f', 'samples/manifests/2-refused.yaml', '--expect', 'refused'],
    exitCode: 0,
  },
  {
    caption: 'An image with a numeric USER, no capabilities, a seccomp filter: restricted, and it works.',
    args: ['prove', '-f', 'samples/manifests/3-non-root.yaml'],
    exitCode: 0,
  },
  {
    caption:
      'The root image in a user namespace, its root file system read-only: root inside, nobody outside.',
    args: ['prove', '-f', 'samples/manifests/4-user-namespace.yaml'],
    exitCode: 0,
  },
];

/** @param {readonly string[]} args */
function podproof(args, stdio = /** @type {const} */ ('inherit')) {
  return spawnSync(process.execPath, [PODPROOF, ...args], { cwd: ROOT, stdio }).status;
}

setUp(() => {
  installNpmPackages();
  installSystemPackages(RUN_PACKAGES);
  build();
  const layout = buildSamples('web');
  if (process.getuid?.() !== 0) {
    throw new SetupError('running pods needs root; try:  sudo npm start');
  }
  const args = [PODPROOF, 'image', 'load', `oci:${layout}`];
  const loaded = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  if (loaded.status !== 0) throw new SetupError(loaded.stderr);
});

/** @type {readonly string[]} */
const KUBECTL_STEPS = [
  'kubectl apply -f samples/manifests/3-non-root.yaml',
  'kubectl wait --for=condition=Ready pod/web --timeout=60s',
  'kubectl get pods',
  'kubectl get proofs',
  'kubectl exec web -- id -u',
  'kubectl delete -f samples/manifests/3-non-root.yaml',
];

let unexpected = 0;
for (const { caption, args, exitCode } of STEPS) {
  process.stdout.write(`\n# ${caption}\n$ podproof ${args.join(' ')}\n`);
  const status = podproof(args);
  if (status === exitCode) continue;
  unexpected += 1;
  process.stdout.write(`! exit code ${status}, expected ${exitCode}\n`);
}
startNode();
process.exitCode = unexpected > 0 ? 1 : 0;

/** Ends with the node, which goes on. */
function startNode() {
  process.stdout.write('\n# The same for kubectl: a node with a Kubernetes API, in one process.\n');
  const isUp = podproof(['status'], 'ignore') === 0;
  const command = isUp ? 'status' : 'up';
  process.stdout.write(`$ podproof ${command}\n`);
  if (podproof([command]) !== 0) {
    unexpected += 1;
    return;
  }
  const { kubeconfig } = JSON.parse(
    spawnSync(process.execPath, [PODPROOF, 'status', '-o', 'json'], { encoding: 'utf8' }).stdout,
  );
  const hasKubectl = spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status === 0;
  if (hasKubectl) for (const line of KUBECTL_STEPS) kubectl(line, kubeconfig);
  else process.stdout.write('\nkubectl is not installed here; any from 1.27 on will do.\n');
  process.stdout.write(
    [
      '',
      'Go on:',
      `  export KUBECONFIG=${kubeconfig}                 kubectl is yours`,
      '  npm run examples && examples/1-non-root/run.sh    four walk-throughs: see examples/',
      '  bin/podproof prove -f YOUR.yaml                   bin/podproof --help',
      '  bin/podproof down                                 stops the node; --purge removes everything',
      '',
    ].join('\n'),
  );
}

/** @param {string} line @param {string} kubeconfig */
function kubectl(line, kubeconfig) {
  process.stdout.write(`$ ${line}\n`);
  const { status } = spawnSync('sh', ['-c', line], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  if (status !== 0) unexpected += 1;
}
