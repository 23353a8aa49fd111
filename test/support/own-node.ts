import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeReport } from '../../src/core/contract/node-report.ts';
import { rootLayout } from '../../src/runtime/layout.ts';
import { KUBECTL } from './find-kubectls.ts';
import { PODPROOF, SAMPLE_LAYOUT } from './paths.ts';
import type { Outcome } from './podproof.ts';

export type Environment = Readonly<Record<string, string>>;

/** A root of a test's own, with the images `localhost/busybox:*`, and the commands that are about it. */
export interface OwnNode {
  readonly root: string;
  readonly lib: string;
  readonly run: string;
  readonly kubeconfig: string;
  podproof(args: readonly string[], env?: Environment): Promise<Outcome>;
  /** The standard output; throws with what was printed when it fails. */
  ok(args: readonly string[], env?: Environment): Promise<string>;
  /** A command that goes on, with its output so far. */
  start(args: readonly string[], env?: Environment): Started;
  kubectl(args: readonly string[], input?: unknown): Promise<Outcome>;
  kubectlOk(args: readonly string[], input?: unknown): Promise<string>;
  apply(...objects: readonly object[]): Promise<string>;
  status(): Promise<NodeReport>;
  /** What of its pods stays as it is while they go on: names, uids, addresses, phases, restarts. */
  podsAsTheyAre(): Promise<string>;
  /** Ends the node's process as nothing can that it would notice. */
  kill(): Promise<void>;
  /** What this root has on the machine beside its own files. */
  onMachine(): readonly string[];
  /** Done already; again after a purge. */
  loadImages(): Promise<void>;
  /** Purges it, and removes its directory. */
  remove(): Promise<void>;
}

export interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** `root` is made when it is not there. */
export async function ownNode(root: string = mkdtempSync(join(tmpdir(), 'pp-own-'))): Promise<OwnNode> {
  mkdirSync(root, { recursive: true });
  // A pod's mapped root is nobody on the host and must be able to walk to its root file system.
  chmodSync(root, 0o711);
  const { libDir: lib, runDir: run } = rootLayout(root);
  const kubeconfig = join(lib, 'kubeconfig');
  const own = { NO_COLOR: '1', PODPROOF_ROOT: root };
  const start = (args: readonly string[], env: Environment = {}): Started =>
    startProgram(PODPROOF, args, { ...process.env, ...own, ...env });
  const podproof = async (args: readonly string[], env: Environment = {}): Promise<Outcome> =>
    outcome(start(args, env).child);
  const kubectl = async (args: readonly string[], input?: unknown): Promise<Outcome> => {
    const child = spawn(KUBECTL, args, {
      env: { ...process.env, KUBECONFIG: kubeconfig, HOME: '/nonexistent' },
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input === undefined ? '' : JSON.stringify(input));
    return outcome(child);
  };
  const node: OwnNode = {
    root,
    lib,
    run,
    kubeconfig,
    podproof,
    start,
    kubectl,
    ok: async (args, env) => stdoutOf(await podproof(args, env), ['podproof', ...args]),
    kubectlOk: async (args, input) => stdoutOf(await kubectl(args, input), ['kubectl', ...args]),
    apply: (...items) => node.kubectlOk(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'List', items }),
    status: async () => JSON.parse((await podproof(['status', '-o', 'json'])).stdout),
    podsAsTheyAre: () => node.kubectlOk(['get', 'pods', '--sort-by=.metadata.name', '-o', columns]),
    kill: async () => {
      const { pid, running } = await node.status();
      if (pid === undefined || !running) throw new Error('no node to kill');
      process.kill(pid, 'SIGKILL');
      while (existsSync(`/proc/${pid}/exe`)) await sleep(5);
    },
    onMachine: () => onMachine(root),
    loadImages: async () => {
      for (const tag of tags)
        await node.ok(['image', 'load', `oci:${SAMPLE_LAYOUT}:localhost/busybox:${tag}`]);
    },
    remove: async () => {
      await podproof(['down', '--purge']);
      rmSync(root, { recursive: true, force: true });
    },
  };
  await node.loadImages();
  return node;
}

const columns =
  'custom-columns=:metadata.name,:metadata.uid,:status.podIP,:status.phase,:status.containerStatuses[*].restartCount';

const tags = ['root', '1654'];

function startProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode);
  return { child, output: () => output, ended };
}

async function outcome(child: ChildProcess): Promise<Outcome> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('its output is not read');
  const [out, error] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout: out, stderr: error };
}

function stdoutOf({ exitCode, stdout, stderr }: Outcome, words: readonly string[]): string {
  if (exitCode === 0) return stdout;
  throw new Error(`${words.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`);
}

function onMachine(root: string): readonly string[] {
  const { suffix = '' } = rootLayout(root);
  const names = (text: string): boolean => text.includes(suffix) || text.includes(`${root}/`);
  const links = readdirSync('/sys/class/net').map((name) => `link ${name}`);
  const cgroups = readdirSync('/sys/fs/cgroup')
    .map((name) => join('/sys/fs/cgroup', name))
    .flatMap((dir) => (existsSync(join(dir, 'cgroup.procs')) ? readdirSync(dir) : []))
    .map((name) => `cgroup ${name}`);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [...links, ...cgroups, ...mounts, ...packetRules(), ...processes()].filter(names);
}

function packetRules(): readonly string[] {
  const programs = [['nft', 'list', 'tables'], ['iptables-save']];
  return programs.flatMap(([program = '', ...args]) =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout.split('\n'),
  );
}

/** The command lines of all processes. */
function processes(): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return [];
    }
  });
}
