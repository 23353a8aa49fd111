import type { Profile } from '../../confinement/confinement.ts';

/** What `podproof up` was asked for. */
export interface UpOptions {
  readonly profile: Profile;
  readonly runtime: string | undefined;
  /** Undefined: the one that this node had before, else a free one. */
  readonly port: number | undefined;
  readonly merge: boolean;
  readonly offline: boolean;
  readonly userNamespaces: boolean;
}

/** The same as words of a command line, for the process in the background. */
export function upArguments(options: UpOptions): readonly string[] {
  const { profile, runtime, port, merge, offline, userNamespaces } = options;
  return [
    '--profile',
    profile,
    ...(runtime === undefined ? [] : ['--runtime', runtime]),
    ...(port === undefined ? [] : ['--port', String(port)]),
    ...(merge ? ['--merge'] : []),
    ...(offline ? ['--offline'] : []),
    ...(userNamespaces ? [] : ['--no-userns']),
  ];
}
