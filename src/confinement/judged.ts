import type { Finding } from '../core/finding.ts';
import type { Confinement } from './confinement.ts';
import type { StartVerdict } from './verdict.ts';

/** As much of a confinement as the findings look at. */
export type DecisiveConfinement = Omit<
  Confinement,
  | 'capabilities'
  | 'seccomp'
  | 'appArmor'
  | 'seLinux'
  | 'mounts'
  | 'maskedPaths'
  | 'readonlyPaths'
  | 'devices'
  | 'resources'
  | 'rlimits'
>;

/** What is known of a container before it runs. */
export interface Judged<Known extends DecisiveConfinement = DecisiveConfinement> {
  readonly confinement: Known;
  /** Would a kubelet and the runtime start it. */
  readonly start: StartVerdict;
  /** What its author should know: implicit root, capabilities without effect, what is not carried out. */
  readonly findings: readonly Finding[];
}

/** The same with the whole confinement. */
export type Confined = Judged<Confinement>;
