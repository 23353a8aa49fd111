import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runProgram } from './bounded-program.ts';
import { failureOf, type RenderFailure } from './render-failure.ts';
import type { RenderOptions } from './rendering.ts';

const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** Programs written in Go reserve more than they use, about 2 GiB. */
const MAX_MEMORY_BYTES = 6 * 1024 ** 3;

/** A renderer at work: its programs share a home that is empty, and gone when `close` resolves. */
export interface Renderer {
  readonly home: string;
  /** What the program writes, or why it fails. */
  run(program: string, args: readonly string[]): Promise<Rendered>;
  close(): Promise<void>;
}

export type Rendered = { readonly text: string } | { readonly failure: RenderFailure };

export async function openRenderer(options: RenderOptions): Promise<Renderer> {
  const home = await mkdtemp(join(tmpdir(), 'podproof-render-'));
  const bin = join(home, 'bin');
  await mkdir(bin);
  const env = options.network === true ? networkEnvironment(home) : closedEnvironment(home, bin);
  const { timeoutMs = TIMEOUT_MS, maxOutputBytes = MAX_OUTPUT_BYTES, signal } = options;
  return {
    home,
    run: async (program, args) => {
      const maxMemoryBytes = MAX_MEMORY_BYTES;
      const result = await runProgram({
        program,
        args,
        env,
        timeoutMs,
        maxOutputBytes,
        maxMemoryBytes,
        signal,
      });
      if (result.ended === 'exit' && result.code === 0) return { text: result.stdout };
      return { failure: failureOf(result, { timeoutMs, maxOutputBytes }) };
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
}

/** No cluster, no configuration, no plugin of the user has a say in what a repository is rendered to. */
function baseEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    LANG: 'C.UTF-8',
    TMPDIR: tmpdir(),
    KUBECONFIG: join(home, 'kubeconfig'),
    KUBERC: 'off',
    HELM_CACHE_HOME: join(home, 'helm-cache'),
    HELM_CONFIG_HOME: join(home, 'helm-config'),
    HELM_DATA_HOME: join(home, 'helm-data'),
    HELM_PLUGINS: join(home, 'helm-plugins'),
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * Nothing is found to run, and nobody answers at the proxy: should a repository have a way to name something remote that
 * was not seen beforehand, it leads nowhere.
 */
function closedEnvironment(home: string, bin: string): Readonly<Record<string, string>> {
  const nowhere = 'http://127.0.0.1:9';
  return {
    ...baseEnvironment(home),
    HOME: home,
    PATH: bin,
    GIT_ALLOW_PROTOCOL: 'none',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    ALL_PROXY: nowhere,
    http_proxy: nowhere,
    https_proxy: nowhere,
    all_proxy: nowhere,
    NO_PROXY: '',
    no_proxy: '',
  };
}

/** What programs need to reach the network as the user does. */
const NETWORK_VARIABLES = [
  'PATH',
  'HOME',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
  'no_proxy',
];

function networkEnvironment(home: string): Readonly<Record<string, string>> {
  const known = NETWORK_VARIABLES.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // A repository of this machine is none of the network.
  return { ...baseEnvironment(home), GIT_ALLOW_PROTOCOL: 'https:http:ssh:git', ...Object.fromEntries(known) };
}
