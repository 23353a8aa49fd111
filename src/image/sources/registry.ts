import { PodproofError } from '../../core/errors.ts';
import type { ImagePlatform } from '../platform.ts';
import type { RegistryOptions } from '../registry/registry-options.ts';
import type { Source } from './source.ts';

export function registrySource(
  text: string,
  reference: string,
  platform: ImagePlatform,
  options: RegistryOptions,
): Source {
  const refuse = (): never => {
    throw new PodproofError(
      'unsupported',
      `cannot read "${reference}" for ${platform.os}: registries come next ${Object.keys(options).join()}`,
    );
  };
  return { text, isLocal: false, resolve: async () => refuse(), close: async () => {} };
}
