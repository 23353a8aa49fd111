import { type FieldPath, formatFieldPath } from './field-path.ts';

/** Where a value came from. Provenance is data; `describeOrigin` makes its text. */
export type Origin =
  /** A field that the manifest's author wrote. `path` starts at the pod: `['spec', 'containers', 0, ...]`. */
  | { readonly kind: 'manifest'; readonly path: FieldPath }
  /** The image: `USER`, `USER (none)`, `/etc/passwd`, `ENTRYPOINT`. */
  | { readonly kind: 'image'; readonly what: string }
  /** Nobody asked: the default of Kubernetes' API, of the kubelet or of the container runtime. */
  | { readonly kind: 'default'; readonly of: 'kubernetes' | 'kubelet' | 'runtime'; readonly what?: string }
  /** A property or a limit of this machine: `no CAP_SYS_RESOURCE`. */
  | { readonly kind: 'machine'; readonly what: string };

/** A value together with the place that it came from. */
export interface Sourced<T> {
  readonly value: T;
  readonly from: Origin;
}

export function sourced<T>(value: T, from: Origin): Sourced<T> {
  return { value, from };
}

export function fromManifest(...path: FieldPath): Origin {
  return { kind: 'manifest', path };
}

export function fromImage(what: string): Origin {
  return { kind: 'image', what };
}

export function byDefault(of: 'kubernetes' | 'kubelet' | 'runtime', what?: string): Origin {
  return what === undefined ? { kind: 'default', of } : { kind: 'default', of, what };
}

export function fromMachine(what: string): Origin {
  return { kind: 'machine', what };
}

/** `spec.securityContext.runAsUser`, `image USER 1654`, `runtime default (containerd)`, `this machine: no AppArmor`. */
export function describeOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'manifest':
      return formatFieldPath(origin.path);
    case 'image':
      return `image ${origin.what}`;
    case 'default':
      return origin.what === undefined ? `${origin.of} default` : `${origin.of} default (${origin.what})`;
    case 'machine':
      return `this machine: ${origin.what}`;
  }
}
