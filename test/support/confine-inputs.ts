import type { ConfineInput } from '../../src/confinement/confine-input.ts';
import { containersOf } from '../../src/confinement/containers.ts';
import { type Platform, typicalPlatform } from '../../src/confinement/platform.ts';
import type { Image, ImageAccounts } from '../../src/image/image.ts';
import { applyDefaults } from '../../src/kube/defaults.ts';
import type { Container, Pod, PodSpec } from '../../src/kube/pod.ts';

export interface InputParts {
  readonly spec?: Partial<PodSpec>;
  readonly container?: Partial<Container>;
  readonly metadata?: Pod['metadata'];
  /** The image's USER; `null` for an image that is not at hand. */
  readonly user?: string | null;
  /** `null` for an image of which only the config is known. */
  readonly accounts?: ImageAccounts | null;
  readonly platform?: Partial<Platform>;
}

/** A pod `web` of one container `app`, with Kubernetes' defaults, as `confine()` takes it. */
export function inputOf(parts: InputParts = {}): ConfineInput {
  const pod = podOf(parts);
  const container = containersOf(pod).find(({ type }) => type === 'container');
  if (container === undefined) throw new Error('the pod has no container');
  return { pod, container, image: imageOf(parts), platform: platformOf(parts.platform) };
}

export function podOf({ spec, container, metadata }: InputParts = {}): Pod {
  return applyDefaults({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', ...metadata },
    spec: { containers: [{ name: 'app', image: 'example', ...container }], ...spec },
  });
}

function platformOf({ profile = 'containerd', ...rest }: Partial<Platform> = {}): Platform {
  return { ...typicalPlatform(profile), ...rest };
}

function imageOf({ user, accounts = usualAccounts }: InputParts): Image | undefined {
  if (user === null) return undefined;
  return {
    reference: 'example',
    digest: `sha256:${'0'.repeat(64)}`,
    config: {
      architecture: 'amd64',
      os: 'linux',
      config: user === undefined ? {} : { User: user },
      rootfs: { type: 'layers', diff_ids: [] },
    },
    accounts: accounts ?? undefined,
  };
}

/** root in two groups, app in one of its own name and in another. */
export const usualAccounts: ImageAccounts = {
  passwd: [
    { name: 'root', uid: 0, gid: 0, gecos: '', home: '/root', shell: '/bin/sh' },
    { name: 'app', uid: 1654, gid: 1655, gecos: '', home: '/home/app', shell: '/bin/sh' },
  ],
  group: [
    { name: 'root', gid: 0, members: ['root'] },
    { name: 'wheel', gid: 10, members: ['root'] },
    { name: 'app', gid: 1655, members: ['app'] },
    { name: 'media', gid: 50, members: ['app'] },
  ],
};
