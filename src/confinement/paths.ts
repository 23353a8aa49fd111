import { byDefault, type Origin, type Sourced, sourced } from '../core/sourced.ts';
import type { EffectiveContext } from './effective-context.ts';
import type { Platform } from './platform.ts';

/** What the kubelet sends for `procMount: Default`, as of Kubernetes 1.36. */
const kubeletMaskedPaths: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

const kubeletReadonlyPaths: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];

/** CRI-O adds the list of containers-common to one that is not empty; beyond the kubelet's it holds this (CRI-O 1.37). */
const crioMaskedPaths: readonly string[] = ['/sys/fs/selinux'];

export function confineMaskedPaths(
  platform: Platform,
  context: EffectiveContext,
): Sourced<readonly string[]> {
  const open = opened(context);
  if (open !== undefined) return sourced([], open);
  const added = platform.profile === 'cri-o' ? crioMaskedPaths : [];
  const ofNode = [...platform.thermalThrottlePaths, ...added];
  const paths = ofNode.length === 0 ? kubeletMaskedPaths : [...kubeletMaskedPaths, ...ofNode];
  return sourced(paths, whenMasked(context));
}

export function confineReadonlyPaths(context: EffectiveContext): Sourced<readonly string[]> {
  const open = opened(context);
  return open === undefined ? sourced(kubeletReadonlyPaths, whenMasked(context)) : sourced([], open);
}

/** What empties both lists, if anything does. */
function opened(context: EffectiveContext): Origin | undefined {
  if (context.privileged.value) return context.privileged.from;
  return context.procMount?.value === 'Unmasked' ? context.procMount.from : undefined;
}

const notUnmasked = byDefault('kubelet', 'procMount not set');

function whenMasked(context: EffectiveContext): Origin {
  return context.procMount?.from ?? notUnmasked;
}
