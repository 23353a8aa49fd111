/** One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
export interface MountInfo {
  readonly id: number;
  readonly parentId: number;
  /** `major:minor`. */
  readonly device: string;
  /** The directory or file of the file system that is mounted here. */
  readonly root: string;
  readonly mountPoint: string;
  /** Of this mount: `ro`, `nosuid`, `relatime`, `idmapped`. */
  readonly options: readonly string[];
  /** `shared:N`, `master:N`, `propagate_from:N`, `unbindable`; empty for a private mount. */
  readonly propagation: readonly string[];
  readonly fsType: string;
  readonly source: string;
  /** Of the file system itself: `rw`, `size=65536k`, `mode=755`. */
  readonly superOptions: readonly string[];
}

/** Reads the text of a mountinfo file, in its order: a later mount at the same place hides the earlier one. */
export function parseMountInfo(text: string): readonly MountInfo[] {
  return text.split('\n').filter(Boolean).map(parseLine);
}

function parseLine(line: string): MountInfo {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  const field = (index: number): string => fields[index] ?? '';
  return {
    id: Number(field(0)),
    parentId: Number(field(1)),
    device: field(2),
    root: unescapePath(field(3)),
    mountPoint: unescapePath(field(4)),
    options: field(5).split(','),
    propagation: fields.slice(6, separator),
    fsType: field(separator + 1),
    source: unescapePath(field(separator + 2)),
    superOptions: field(separator + 3).split(','),
  };
}

/** The kernel writes blank, tab, newline, backslash and hash as `\` and three octal digits, byte by byte. */
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
