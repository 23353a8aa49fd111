import { configMap } from './kinds/config-map.ts';
import { namespace } from './kinds/namespace.ts';
import { pod } from './kinds/pod.ts';
import type { ResourceKind } from './resource-kind.ts';

/** The kinds of the API, in the order in which discovery, and so `kubectl get all`, tells them. A further kind is a further line. */
export const KINDS: readonly ResourceKind[] = Object.freeze([configMap, namespace, pod]);
