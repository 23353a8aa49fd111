import type { CommandLine } from '../command-line.ts';

/** `docker run`'s flags as they were written; nothing is checked yet. */
export interface DockerFlags {
  readonly image: string;
  /** What follows the image; empty for the image's own. */
  readonly command: readonly string[];
  readonly name?: string;
  readonly hostname?: string;
  readonly user?: string;
  readonly groupAdd: readonly string[];
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly privileged: boolean;
  readonly readOnly: boolean;
  readonly tmpfs: readonly string[];
  readonly volumes: readonly string[];
  readonly env: readonly string[];
  /** The text of each `--env-file`. */
  readonly envFiles: readonly { readonly path: string; readonly text: string }[];
  readonly workdir?: string;
  /** The empty text resets the image's. */
  readonly entrypoint?: string;
  readonly securityOpt: readonly string[];
  readonly userns?: string;
  readonly network?: string;
  readonly pid?: string;
  readonly ipc?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly publish: readonly string[];
  readonly interactive: boolean;
  readonly tty: boolean;
}

const TEXT_FLAGS = [
  'name',
  'hostname',
  'user',
  'workdir',
  'entrypoint',
  'userns',
  'network',
  'pid',
  'ipc',
  'memory',
  'cpus',
] as const satisfies readonly (keyof DockerFlags)[];

/** The flags on a command line of `podproof run`; `envFiles` are the files named there, read. */
export function readDockerFlags(line: CommandLine, envFiles: DockerFlags['envFiles']): DockerFlags {
  const [image = '', ...rest] = line.operands;
  const texts = Object.fromEntries(
    TEXT_FLAGS.flatMap((name) => {
      const value = line.text(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    image,
    command: rest[0] === '--' ? rest.slice(1) : rest,
    ...texts,
    groupAdd: line.list('group-add'),
    capAdd: line.list('cap-add'),
    capDrop: line.list('cap-drop'),
    privileged: line.has('privileged'),
    readOnly: line.has('read-only'),
    tmpfs: line.list('tmpfs'),
    volumes: line.list('volume'),
    env: line.list('env'),
    envFiles,
    securityOpt: line.list('security-opt'),
    publish: line.list('publish'),
    interactive: line.has('interactive'),
    tty: line.has('tty'),
  };
}
