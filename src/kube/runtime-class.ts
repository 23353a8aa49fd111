import type { KubeObject, Quantity } from './meta.ts';
import type { Toleration } from './scheduling.ts';

/** `node.k8s.io/v1` RuntimeClass. */
export interface RuntimeClass extends KubeObject {
  readonly kind: 'RuntimeClass';
  readonly handler: string;
  readonly overhead?: { readonly podFixed?: Readonly<Record<string, Quantity>> };
  readonly scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>;
    readonly tolerations?: readonly Toleration[];
  };
}
