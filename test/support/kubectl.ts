import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, inject } from 'vitest';
import { KUBECTL } from './find-kubectls.ts';
import type { Outcome } from './podproof.ts';

export interface KubectlOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Program of another version. */
  readonly program?: string;
  /** After it kubectl is killed; 60 s by default. */
  readonly timeoutMs?: number;
}

/** kubectl as a person has it: own home, the node's kubeconfig, one namespace. */
export interface Kubectl {
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  /** Resolves whatever the exit code is. */
  run(args: readonly string[], options?: KubectlOptions): Promise<Outcome>;
  /** The standard output; rejects with what was printed when it fails. */
  ok(args: readonly string[], options?: KubectlOptions): Promise<string>;
  /** A namespace that is there for one test. */
  apply(manifest: unknown): Promise<string>;
}

/**
 * kubectl in a namespace of the test file's own, made before its tests and deleted after them. `kubeconfig` of the shared
 * node unless told.
 */
export function useKubectl(
  namespace: string,
  kubeconfig: () => string = () => inject('kubeconfig'),
): Kubectl {
  const home = mkdtempSync(join(tmpdir(), 'pp-kubectl-'));
  const env = (): Record<string, string> => ({
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    KUBECONFIG: kubeconfig(),
    TERM: 'xterm',
  });
  const kubectl: Kubectl = {
    namespace,
    get env() {
      return env();
    },
    run: (args, options = {}) => runKubectl(withNamespace(args, namespace), env(), options),
    ok: async (args, options = {}) => {
      const outcome = await runKubectl(withNamespace(args, namespace), env(), options);
      if (outcome.exitCode === 0) return outcome.stdout;
      throw new Error(
        `kubectl ${args.join(' ')}: exit code ${outcome.exitCode}\n${outcome.stdout}${outcome.stderr}`,
      );
    },
    apply: (manifest) =>
      kubectl.ok(['apply', '-f', '-'], {
        input: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
      }),
  };
  beforeAll(async () => {
    if (namespace !== 'default') await kubectl.ok(['create', 'namespace', namespace]);
  });
  afterAll(async () => {
    if (namespace !== 'default') await kubectl.ok(['delete', 'namespace', namespace, '--wait=false']);
    rmSync(home, { recursive: true, force: true });
  });
  return kubectl;
}

function withNamespace(args: readonly string[], namespace: string): readonly string[] {
  return [`--namespace=${namespace}`, ...args];
}

async function runKubectl(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { input = '', env: more = {}, program = KUBECTL, timeoutMs = 60_000 }: KubectlOptions,
): Promise<Outcome> {
  const child = spawn(program, [...args], { env: { ...env, ...more }, stdio: 'pipe', timeout: timeoutMs });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { exitCode: child.exitCode, stdout, stderr };
}
