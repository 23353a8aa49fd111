/** What `/proc/PID/status` tells of a process's identity and rights. Ids are those of the reader's user namespace. */
export interface ProcStatus {
  readonly name: string;
  readonly state: string;
  readonly parentPid: number;
  readonly uids: ProcIds;
  readonly gids: ProcIds;
  /** Supplementary groups, in the kernel's (ascending) order. */
  readonly groups: readonly number[];
  /** Pid in each pid namespace, from the reader's down to the process's own. */
  readonly namespacePids: readonly number[];
  /** Masks of 16 hexadecimal digits, as printed. */
  readonly capabilities: {
    readonly inheritable: string;
    readonly permitted: string;
    readonly effective: string;
    readonly bounding: string;
    readonly ambient: string;
  };
  readonly noNewPrivileges: boolean;
  /** 0 none, 1 strict, 2 filter. */
  readonly seccompMode: number;
  /** Undefined before Linux 5.9. */
  readonly seccompFilters: number | undefined;
}

export interface ProcIds {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
  readonly filesystem: number;
}

/** Reads the text of `/proc/PID/status`; a line that is missing gives the value that means "none". */
export function parseProcStatus(text: string): ProcStatus {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const field = (name: string): string => fields.get(name) ?? '';
  const numbers = (name: string): readonly number[] => field(name).split(/\s+/).filter(Boolean).map(Number);
  const mask = (name: string): string => fields.get(name) ?? '0000000000000000';
  const filters = fields.get('Seccomp_filters');
  return {
    name: field('Name'),
    state: field('State').slice(0, 1),
    parentPid: Number(field('PPid')),
    uids: idsOf(numbers('Uid')),
    gids: idsOf(numbers('Gid')),
    groups: numbers('Groups'),
    namespacePids: numbers('NSpid'),
    capabilities: {
      inheritable: mask('CapInh'),
      permitted: mask('CapPrm'),
      effective: mask('CapEff'),
      bounding: mask('CapBnd'),
      ambient: mask('CapAmb'),
    },
    noNewPrivileges: field('NoNewPrivs') === '1',
    seccompMode: Number(field('Seccomp')),
    seccompFilters: filters === undefined ? undefined : Number(filters),
  };
}

function idsOf([real = 0, effective = 0, saved = 0, filesystem = 0]: readonly number[]): ProcIds {
  return { real, effective, saved, filesystem };
}
