/** One line of `/proc/PID/uid_map` or `gid_map`: `size` ids from `insideId` on stand for those from `outsideId` on. */
export interface IdMapRange {
  readonly insideId: number;
  readonly outsideId: number;
  readonly size: number;
}

/** Reads the text of an id map; outside ids are those of the reader's user namespace. Empty: nothing is mapped. */
export function parseIdMap(text: string): readonly IdMapRange[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [insideId = 0, outsideId = 0, size = 0] = line.trim().split(/\s+/).map(Number);
      return { insideId, outsideId, size };
    });
}
