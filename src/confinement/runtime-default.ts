import { byDefault, type Origin } from '../core/sourced.ts';
import type { Profile } from './confinement.ts';

/** Where a value came from that the container runtime chose: one object for all pods, as every shared value here is. */
export const runtimeDefault: Readonly<Record<Profile, Origin>> = Object.freeze({
  containerd: Object.freeze(byDefault('runtime', 'containerd')),
  'cri-o': Object.freeze(byDefault('runtime', 'cri-o')),
});
