import type { EnvVar } from '../../kube/pod.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { Remarks } from './remarks.ts';

/**
 * `--env-file` and `-e` as a pod's environment: later ones win, a bare `-e NAME` hands on the caller's value and is
 * left out when there is none.
 */
export function translateEnvironment(
  flags: DockerFlags,
  callerEnv: Readonly<Record<string, string | undefined>>,
  remarks: Remarks,
): readonly EnvVar[] {
  const lines = [
    ...flags.envFiles.flatMap(({ path, text }) =>
      envFileLines(text).map((line) => ({ line, from: `--env-file ${path}` })),
    ),
    ...flags.env.map((line) => ({ line, from: '-e' })),
  ];
  const values = new Map<string, string>();
  for (const { line, from } of lines) {
    const equals = line.indexOf('=');
    const name = equals < 0 ? line : line.slice(0, equals);
    const value = equals < 0 ? callerEnv[name] : line.slice(equals + 1);
    if (name === '' || /\s/.test(name))
      remarks.problem(`${from} ${line}: "${name}" is no name of a variable`);
    else if (value !== undefined) values.set(name, value);
  }
  return [...values].map(([name, value]) => ({ name, value: escapeExpansion(value) }));
}

/** Kubernetes expands `$(NAME)` in values, commands and arguments, Docker does not; `$$` is its way to write a `$`. */
export function escapeExpansion(text: string): string {
  return text.replace(/\$(?=[$(])/g, '$$$$');
}

function envFileLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
