// @ts-check
// Sets up what `npm start` and `npm test` need, on a machine that has only Node.js, npm and apt. Plain JavaScript on
// Node.js alone: it runs before any package is there. One line per step; nothing is done twice.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const CACHE = join(ROOT, '.cache');

/** What running pods needs. */
export const RUN_PACKAGES = [
  'runc',
  'conmon',
  'containernetworking-plugins',
  'golang-github-containers-common',
  'catatonit',
  'iptables',
  'iproute2',
  'nftables',
  'busybox-static',
];

/** What the tests need besides: the second runtime, somebody else's containers, and what unpacked programs need. */
export const TEST_PACKAGES = ['crun', 'podman', 'curl', 'openssl', 'zstd', 'libpcre2-8-0', 'libssl3'];

/** Programs whose packages would start a daemon of their own when installed: unpacked below .cache/debian instead. */
export const UNPACKED_PACKAGES = ['nginx', 'docker-registry', 'prometheus'];

/** A machine that cannot be set up: the message says what to do. */
export class SetupError extends Error {}

/** @param {string} name @param {string} outcome */
function step(name, outcome) {
  process.stdout.write(`  ${name.padEnd(18)}${outcome}\n`);
}

/** @param {string} program @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(program, args, env = {}) {
  const result = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error) throw new SetupError(`cannot run "${program}": ${result.error.message}`);
  if (result.status !== 0) {
    const output = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(0, 20).join('\n    ');
    throw new SetupError(`"${program} ${args.join(' ')}" failed:\n    ${output}`);
  }
  return result.stdout;
}

/** @param {string} name */
function stampOf(name) {
  const path = join(CACHE, 'setup', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** @param {string} name @param {string} value */
function writeStamp(name, value) {
  mkdirSync(join(CACHE, 'setup'), { recursive: true });
  writeFileSync(join(CACHE, 'setup', name), value);
}

/** @param {readonly string[]} paths */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex');
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`podproof needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  }
}

export function installNpmPackages() {
  const wanted = hashOf(['package-lock.json']);
  if (existsSync(join(ROOT, 'node_modules', '.package-lock.json')) && stampOf('npm') === wanted) return;
  // Not `npm ci`: it fails when a registry lacks the binaries of platforms that nobody asked for.
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']);
  writeStamp('npm', wanted);
  step('npm packages', 'installed');
}

export function build() {
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join('src', path))
    .sort();
  const bundlers = ['bundle.mjs', 'bundle-library.mjs'].map((name) => join('scripts', name));
  const wanted = hashOf([...sources, 'tsconfig.json', 'tsconfig.build.json', ...bundlers]);
  if (existsSync(join(ROOT, 'dist', 'index.js')) && stampOf('build') === wanted) return;
  // A file that is gone from src/ must not live on in dist/.
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  run('npm', ['run', '--silent', 'build']);
  writeStamp('build', wanted);
  step('podproof', 'built');
}

/** @param {readonly string[]} packages */
export function installSystemPackages(packages) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (!existsSync('/usr/bin/apt-get')) {
    throw new SetupError(
      `these programs are needed and there is no apt-get to install them: ${missing.join(' ')}`,
    );
  }
  const prefix = privilegePrefix();
  if (prefix === undefined) {
    throw new SetupError(
      `not root and no sudo; run this as root, then start again:\n    apt-get update && ${install}`,
    );
  }
  apt(prefix, ['update']);
  apt(prefix, ['install', '-y', '--no-install-recommends', ...missing]);
  step('system packages', `installed ${missing.join(' ')}`);
}

/** @param {string} name */
function isInstalled(name) {
  const result = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return result.stdout === 'installed';
}

/** @returns {readonly string[] | undefined} the words before a command that needs root */
function privilegePrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

/** @param {readonly string[]} prefix @param {readonly string[]} args */
function apt(prefix, args) {
  const [program = '', ...rest] = [...prefix, 'apt-get', '-q', ...args];
  run(program, rest, { DEBIAN_FRONTEND: 'noninteractive' });
}

export function unpackPackages() {
  const target = join(CACHE, 'debian');
  if (stampOf('debian') === UNPACKED_PACKAGES.join(' ') && existsSync(target)) return;
  const download = join(CACHE, 'download');
  mkdirSync(download, { recursive: true });
  mkdirSync(target, { recursive: true });
  const fetch = () =>
    execFileSync('apt-get', ['-q', 'download', ...UNPACKED_PACKAGES], { cwd: download, stdio: 'pipe' });
  try {
    fetch();
  } catch {
    // A new machine has no package lists yet.
    apt(privilegePrefix() ?? [], ['update']);
    fetch();
  }
  for (const file of readdirSync(download)) run('dpkg', ['-x', join(download, file), target]);
  rmSync(download, { recursive: true });
  writeStamp('debian', UNPACKED_PACKAGES.join(' '));
  step('test programs', `unpacked ${UNPACKED_PACKAGES.join(' ')}`);
}

/** Builds a set of sample images (samples/build.ts) as an OCI layout and answers its path. @param {'web' | 'test' | 'examples'} set */
export function buildSamples(set) {
  const layout = join(CACHE, 'samples', set);
  const sources = readdirSync(join(ROOT, 'samples'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('samples', path))
    .filter((path) => statSync(join(ROOT, path)).isFile())
    .sort();
  const wanted = `${hashOf(sources)} ${process.version}`;
  if (existsSync(layout) && stampOf(`samples-${set}`) === wanted) return layout;
  const script = `import('./samples/build.ts').then((m) => m.buildSamples(${JSON.stringify(set)}, ${JSON.stringify(layout)}))`;
  run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  writeStamp(`samples-${set}`, wanted);
  step('sample images', 'built');
  return layout;
}

/** Runs the steps; a SetupError ends the process with its message and exit code 4. @param {() => void} steps */
export function setUp(steps) {
  try {
    checkNode();
    steps();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`podproof: cannot set up this machine\n  ${error.message}\n`);
    process.exit(4);
  }
}
