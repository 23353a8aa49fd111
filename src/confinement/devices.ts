import { byDefault, type Sourced, sourced } from '../core/sourced.ts';
import type { Devices } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';

export function confineDevices(platform: Platform, { privileged }: EffectiveContext): Sourced<Devices> {
  return privileged.value
    ? sourced({ allow: 'all' }, privileged.from)
    : sourced({ allow: 'default' }, byDefault('runtime', platform.profile));
}
