/** One row of `/proc/PID/limits`; `unlimited` is null. */
export interface ProcLimit {
  /** As setrlimit(2) calls it: `RLIMIT_NOFILE`. */
  readonly type: string;
  readonly soft: number | null;
  readonly hard: number | null;
}

/** The kernel's row titles, in its order. */
const typesByTitle: Readonly<Record<string, string>> = {
  'Max cpu time': 'RLIMIT_CPU',
  'Max file size': 'RLIMIT_FSIZE',
  'Max data size': 'RLIMIT_DATA',
  'Max stack size': 'RLIMIT_STACK',
  'Max core file size': 'RLIMIT_CORE',
  'Max resident set': 'RLIMIT_RSS',
  'Max processes': 'RLIMIT_NPROC',
  'Max open files': 'RLIMIT_NOFILE',
  'Max locked memory': 'RLIMIT_MEMLOCK',
  'Max address space': 'RLIMIT_AS',
  'Max file locks': 'RLIMIT_LOCKS',
  'Max pending signals': 'RLIMIT_SIGPENDING',
  'Max msgqueue size': 'RLIMIT_MSGQUEUE',
  'Max nice priority': 'RLIMIT_NICE',
  'Max realtime priority': 'RLIMIT_RTPRIO',
  'Max realtime timeout': 'RLIMIT_RTTIME',
};

/** Reads the text of `/proc/PID/limits`; a row of an unknown title is left out. */
export function parseLimits(text: string): readonly ProcLimit[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(Max [a-z ]+?)\s{2,}(\S+)\s+(\S+)/.exec(line);
    const type = typesByTitle[match?.[1] ?? ''];
    return type === undefined ? [] : [{ type, soft: limitOf(match?.[2]), hard: limitOf(match?.[3]) }];
  });
}

function limitOf(text: string | undefined): number | null {
  return text === undefined || text === 'unlimited' ? null : Number(text);
}
