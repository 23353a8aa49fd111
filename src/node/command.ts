import type { ImageConfig } from '../image/image.ts';
import type { Container } from '../kube/pod.ts';
import type { ContainerProcess } from '../runtime/engine.ts';
import { expandVariables } from './env/expand.ts';

export type BuiltProcess =
  | { readonly ok: true; readonly process: ContainerProcess }
  /** The runtimes' own text; the container then waits with `CreateContainerError`. */
  | { readonly ok: false; readonly message: string };

/**
 * The container's first process: the image's entrypoint and command under those of the manifest, and its environment.
 * PATH, HOSTNAME and TERM come from the runtime where nobody sets them.
 */
export function buildProcess(
  container: Container,
  image: ImageConfig,
  env: ReadonlyMap<string, string>,
): BuiltProcess {
  const expand = (text: string): string => expandVariables(text, (name) => env.get(name));
  const args = processArgs(image, container.command?.map(expand) ?? [], container.args?.map(expand) ?? []);
  if (args.length === 0) return { ok: false, message: 'no command specified' };
  const { WorkingDir: imageDir } = image.config;
  return {
    ok: true,
    process: {
      args,
      env: mergeEnv([...(image.config.Env ?? []), ...[...env].map(([name, value]) => `${name}=${value}`)]),
      cwd: firstText(container.workingDir, imageDir) ?? '/',
      terminal: container.tty === true,
      stdin: container.stdin === true,
      stdinOnce: container.stdinOnce === true,
    },
  };
}

/** `command` replaces entrypoint and cmd of the image; `args` alone replace its cmd. */
function processArgs(
  image: ImageConfig,
  command: readonly string[],
  args: readonly string[],
): readonly string[] {
  const { Entrypoint, Cmd } = image.config;
  if (command.length > 0) return [...command, ...args];
  return [...(Entrypoint ?? []), ...(args.length > 0 ? args : (Cmd ?? []))];
}

function firstText(...candidates: readonly (string | undefined)[]): string | undefined {
  return candidates.find((candidate) => candidate !== undefined && candidate !== '');
}

/** Each name once, at its first place, with its last value. */
function mergeEnv(entries: readonly string[]): readonly string[] {
  const merged = new Map<string, string>();
  for (const entry of entries) merged.set(entry.split('=', 1)[0] ?? '', entry);
  return [...merged.values()];
}
