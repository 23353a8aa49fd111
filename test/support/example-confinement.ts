import { confine } from '../../src/confinement/confine.ts';
import type { Confinement } from '../../src/confinement/confinement.ts';
import { typicalPlatform } from '../../src/confinement/platform.ts';
import type { Image } from '../../src/image/image.ts';
import type { PodSpec, SecurityContext } from '../../src/kube/pod.ts';

const image: Image = {
  reference: 'localhost/web:1',
  digest: `sha256:${'0'.repeat(64)}`,
  config: { architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [] } },
  accounts: { passwd: [], group: [{ name: 'tape', gid: 26, members: ['root'] }] },
};

/** What is predicted for a container `web` with that security context on a typical node. */
export function exampleConfinement(
  securityContext: SecurityContext = {},
  pod: Partial<PodSpec> = {},
  hostId = 131_072,
): Confinement {
  const container = { name: 'web', image: 'localhost/web:1', securityContext };
  return confine({
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'default' },
      spec: { ...pod, containers: [container] },
    },
    container: { type: 'container', container, path: ['spec', 'containers', 0] },
    image,
    platform: {
      ...typicalPlatform('containerd'),
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 4096 }],
    },
    hostId,
  }).confinement;
}
