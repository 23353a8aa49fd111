import { statSync } from 'node:fs';
import type { IdMapRange } from '../../linux/id-map.ts';
import type { ProcIds, ProcStatus } from '../../linux/proc-status.ts';
import type { Ids, ObservedIdMaps, ObservedUser } from '../observation.ts';
import { duringLife } from './proc-file.ts';

/** The process's ids on both sides: `/proc/PID/status` shows ours, its own maps lead back to those that it sees. */
export function observeUser(pid: number, status: ProcStatus, maps: ObservedIdMaps): ObservedUser {
  const uidInside = (id: number): number | null => insideIdOf(id, maps.uidMap);
  const gidInside = (id: number): number | null => insideIdOf(id, maps.gidMap);
  return {
    inside: {
      uid: mapIds(status.uids, uidInside),
      gid: mapIds(status.gids, gidInside),
      groups: status.groups.map(gidInside),
    },
    host: { uid: status.uids, gid: status.gids, groups: status.groups },
    changedItself: hasChangedCredentials(pid, status, maps),
  };
}

/** The id in the container that stands for an id of the host; null when none does. */
export function insideIdOf(hostId: number, map: readonly IdMapRange[]): number | null {
  const range = map.find(({ outsideId, size }) => hostId >= outsideId && hostId < outsideId + size);
  return range === undefined ? null : hostId - range.outsideId + range.insideId;
}

function mapIds(ids: ProcIds, map: (id: number) => number | null): Ids<number | null> {
  return {
    real: map(ids.real),
    effective: map(ids.effective),
    saved: map(ids.saved),
    filesystem: map(ids.filesystem),
  };
}

/**
 * A program that is started has its files in /proc owned by its effective uid. When it changes its credentials the
 * kernel makes it undumpable, and they belong to root (proc_pid(5), PR_SET_DUMPABLE): so an owner other than the
 * process's uid tells a daemon that dropped its user from one that was started as that user.
 */
function hasChangedCredentials(pid: number, status: ProcStatus, maps: ObservedIdMaps): boolean {
  const owner = duringLife(pid, () => statSync(`/proc/${pid}/status`).uid);
  const containerRoot = maps.uidMap.find(({ insideId }) => insideId === 0)?.outsideId;
  return owner !== status.uids.effective && (owner === 0 || owner === containerRoot);
}
