import type { ContainerConfig, Image } from '../image/image.ts';
import type { BuildState } from './build-state.ts';
import { accountsOf } from './known-accounts.ts';

/** The image that a build has come to. It has no digest: nothing was built. */
export function builtImage(state: BuildState): Image {
  const { dockerfile, base } = state;
  const [os = '', architecture = '', variant] = dockerfile.platform.split('/');
  return {
    reference: dockerfile.file,
    digest: '',
    config: {
      architecture: base?.config.architecture ?? architecture,
      os: state.isWindows ? 'windows' : (base?.config.os ?? os),
      ...(base === undefined && variant !== undefined && { variant }),
      ...(base?.config.variant !== undefined && { variant: base.config.variant }),
      config: configOf(state),
      rootfs: base?.config.rootfs ?? { type: 'layers', diff_ids: [] },
    },
    accounts: accountsOf(state),
  };
}

function configOf({ config, env, labels, ports, volumes }: BuildState): ContainerConfig {
  const written = Object.entries(config).filter(([, value]) => value !== undefined && value !== '');
  return {
    ...Object.fromEntries(written),
    ...(env.size > 0 && { Env: [...env].map(([name, value]) => `${name}=${value}`) }),
    ...(labels.size > 0 && { Labels: Object.fromEntries(labels) }),
    ...(ports.size > 0 && { ExposedPorts: objectOf(ports) }),
    ...(volumes.size > 0 && { Volumes: objectOf(volumes) }),
  };
}

function objectOf(names: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...names].map((name) => [name, {}]));
}
