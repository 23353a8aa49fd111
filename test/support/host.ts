import { readFileSync } from 'node:fs';
import { type Capability, parseCapabilityMask } from '../../src/confinement/capability.ts';

/** The capabilities that this machine can give at all. */
export function hostCapabilities(): readonly Capability[] {
  const mask = /^CapBnd:\s+(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (mask === undefined) throw new Error('/proc/self/status has no CapBnd');
  return parseCapabilityMask(mask);
}
