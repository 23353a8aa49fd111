// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, medians, podManifest, run, work, writeLayout } from './measure.mjs';

/** @returns {number | undefined} the median of `podman kube play` of one pod with a local image, in ms */
export function timePodmanKubePlay() {
  if (!existsSync('/usr/bin/podman')) {
    process.stdout.write('podman kube play: podman is not installed, nothing to compare with\n');
    return undefined;
  }
  const bridge = '/sys/class/net/cni-podman1';
  const hadBridge = existsSync(bridge);
  env.CONTAINERS_CONF = podmanConfig();
  const storage = ['--root', join(work, 'podman'), '--runroot', join(work, 'podman-run')];
  const podman = (/** @type {readonly string[]} */ args) => run('podman', [...storage, ...args]);
  try {
    const id = podman(['pull', '-q', `oci:${writeLayout('busybox', 'writeBusyboxLayout')}`]).stdout.trim();
    podman(['tag', id, 'localhost/busybox:root']);
    const file = join(work, 'podman.json');
    writeFileSync(file, JSON.stringify(podManifest('bench')));
    const [playMs = 0] = medians(
      [
        () => {
          const { wallMs } = podman(['kube', 'play', file]);
          podman(['kube', 'down', file]);
          return wallMs;
        },
      ],
      5,
    );
    return playMs;
  } finally {
    // What podman leaves behind is not the next measurement's business.
    if (!hadBridge && existsSync(bridge)) run('ip', ['link', 'delete', 'cni-podman1']);
    spawnSync('umount', [join(work, 'podman', 'overlay')]);
  }
}

/** podman asks for rlimits that a machine without CAP_SYS_RESOURCE cannot give: a wrapper leaves them out. */
function podmanConfig() {
  const wrapper = join(work, 'runc-without-rlimits');
  writeFileSync(
    wrapper,
    `#!/bin/sh
previous=
for word in "$@"; do
  [ "$previous" = --bundle ] && sed -i 's/"rlimits":\\[[^]]*\\]/"rlimits":[]/' "$word/config.json"
  previous=$word
done
exec runc "$@"
`,
    { mode: 0o755 },
  );
  const config = join(work, 'containers.conf');
  writeFileSync(
    config,
    `[engine]\nruntime = "runc"\ncgroup_manager = "cgroupfs"\n[engine.runtimes]\nrunc = ["${wrapper}"]\n`,
  );
  return config;
}
