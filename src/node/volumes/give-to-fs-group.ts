import { setVolumeOwnership } from './fs-group.ts';
import type { PreparedVolume, VolumeContext } from './prepared-volume.ts';

/** The kubelet's: a warning after half a minute, then its progress every minute. */
const slowAfterMs = 30_000;
const progressEveryMs = 60_000;
const advice =
  'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#configure-volume-permission-and-ownership-change-policy-for-pods';

/** Gives a volume to the pod's `fsGroup`, where both are made for it. Slowness and failures become events. */
export async function giveToFsGroup(context: VolumeContext, volume: PreparedVolume): Promise<void> {
  const { fsGroup, fsGroupChangePolicy = 'Always' } = context.pod.spec.securityContext ?? {};
  if (fsGroup === undefined || volume.ownership === 'untouched') return;
  const what = `${context.pod.metadata.uid ?? ''}/volumes/${volume.name}`;
  const progress = { files: 0 };
  const over = new AbortController();
  const watching = watchProgress(context, what, progress, over.signal);
  try {
    const problems = await setVolumeOwnership({
      root: volume.root,
      fsGroup,
      policy: volume.honoursChangePolicy ? fsGroupChangePolicy : 'Always',
      readOnly: volume.ownership === 'fsGroup-read-only',
      onFile: () => {
        progress.files += 1;
      },
      signal: context.signal,
    });
    const [first] = problems;
    if (first !== undefined)
      context.record(
        'Warning',
        'VolumePermissionChangeFailed',
        `Setting volume ownership for ${what}: ${first}`,
      );
  } finally {
    over.abort();
    await watching;
  }
}

async function watchProgress(
  { clock, record }: VolumeContext,
  what: string,
  progress: { readonly files: number },
  over: AbortSignal,
): Promise<void> {
  const tell = (text: string): void =>
    record('Warning', 'VolumePermissionChangeInProgress', `Setting volume ownership for ${what}${text}`);
  await clock.sleep(slowAfterMs, over);
  if (over.aborted) return;
  tell(` is taking longer than expected, consider using OnRootMismatch - ${advice}`);
  for (;;) {
    await clock.sleep(progressEveryMs, over);
    if (over.aborted) return;
    tell(`, processed ${progress.files} files.`);
  }
}
