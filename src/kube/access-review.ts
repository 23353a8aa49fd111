import type { KubeObject } from './meta.ts';

/** `authorization.k8s.io/v1` SelfSubjectAccessReview: what `kubectl auth can-i` asks. */
export interface SelfSubjectAccessReview extends KubeObject {
  readonly kind: 'SelfSubjectAccessReview';
  readonly spec: {
    readonly resourceAttributes?: ResourceAttributes;
    readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  };
  readonly status?: {
    readonly allowed: boolean;
    readonly denied?: boolean;
    readonly reason?: string;
    readonly evaluationError?: string;
  };
}

export interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
  readonly fieldSelector?: SelectorAttributes;
  readonly labelSelector?: SelectorAttributes;
}

export interface SelectorAttributes {
  readonly rawSelector?: string;
  readonly requirements?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** `authorization.k8s.io/v1` SelfSubjectRulesReview: `kubectl auth can-i --list`. */
export interface SelfSubjectRulesReview extends KubeObject {
  readonly kind: 'SelfSubjectRulesReview';
  readonly spec: { readonly namespace?: string };
  readonly status?: {
    readonly resourceRules: readonly {
      readonly verbs: readonly string[];
      readonly apiGroups?: readonly string[];
      readonly resources?: readonly string[];
      readonly resourceNames?: readonly string[];
    }[];
    readonly nonResourceRules: readonly {
      readonly verbs: readonly string[];
      readonly nonResourceURLs?: readonly string[];
    }[];
    readonly incomplete: boolean;
    readonly evaluationError?: string;
  };
}

/** `authentication.k8s.io/v1` SelfSubjectReview: `kubectl auth whoami`. */
export interface SelfSubjectReview extends KubeObject {
  readonly kind: 'SelfSubjectReview';
  readonly status?: {
    readonly userInfo?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}
