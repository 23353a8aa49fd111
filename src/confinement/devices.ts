import { type Sourced, sourced } from '../core/sourced.ts';
import type { Devices } from './confinement.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';
import { runtimeDefault } from './runtime-default.ts';

const all: Devices = Object.freeze({ allow: 'all' });
const usual: Devices = Object.freeze({ allow: 'default' });

export function confineDevices(platform: Platform, { privileged }: EffectiveContext): Sourced<Devices> {
  return privileged.value ? sourced(all, privileged.from) : sourced(usual, runtimeDefault[platform.profile]);
}
