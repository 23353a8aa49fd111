import type { KubeObject } from '../../kube/meta.ts';

/** The fields of a kind that has no `spec`: all but what every object has, and what the node says of it. */
export type OwnFields<T extends KubeObject> = Omit<T, keyof KubeObject | 'status'>;
