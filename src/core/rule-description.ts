import type { FindingClass } from './check-finding.ts';

/** What is to be said of a rule wherever its findings are shown without it: in code scanning, in documents. */
export interface RuleDescription {
  /** What `CheckFinding.rule` says: a Pod Security check's id, a reason of the kubelet, a finding's code. */
  readonly id: string;
  /** A few words: `Containers run as another user than root`. */
  readonly title: string;
  /** What the rule asks for, in a sentence or two. */
  readonly description: string;
  /** What to do about a finding. Plain text or Markdown. */
  readonly help: string;
  readonly helpUri?: string;
  readonly class: FindingClass;
  /** From 0.1 to 10.0, as CVSS counts: only for what lets a workload do harm. */
  readonly securitySeverity?: number;
}
