/** Where a process stands in one cgroup hierarchy: a line of `/proc/PID/cgroup`. */
export interface CgroupMembership {
  /** 0 for version 2. */
  readonly hierarchyId: number;
  /** Empty for version 2; a named hierarchy is `name=systemd`. */
  readonly controllers: readonly string[];
  /** From the root of the reader's cgroup namespace. */
  readonly path: string;
}

/** Reads the text of `/proc/PID/cgroup`. */
export function parseCgroups(text: string): readonly CgroupMembership[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', controllers = '', ...path] = line.split(':');
      return {
        hierarchyId: Number(id),
        controllers: controllers.split(',').filter(Boolean),
        path: path.join(':'),
      };
    });
}
