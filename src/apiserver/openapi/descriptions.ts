import { CLUSTER } from './descriptions/cluster.ts';
import { CONTAINER } from './descriptions/container.ts';
import type { Description } from './descriptions/description.ts';
import { NETWORK } from './descriptions/network.ts';
import { POD } from './descriptions/pod.ts';
import { SECURITY } from './descriptions/security.ts';
import { STORAGE } from './descriptions/storage.ts';
import { WORKLOADS } from './descriptions/workloads.ts';

const OBJECT_FIELDS: Readonly<Record<string, string>> = {
  apiVersion: 'The group and version of the kind: v1, apps/v1.',
  kind: 'What kind of object this is.',
  metadata: 'Its name, namespace, labels, annotations, owners.',
  spec: 'What is wanted.',
  status: 'What is. The node writes it.',
};

const DESCRIPTIONS: ReadonlyMap<string, Description> = new Map(
  [POD, SECURITY, CONTAINER, WORKLOADS, NETWORK, STORAGE, CLUSTER].flatMap((part) => Object.entries(part)),
);

/** `io.k8s.api.core.v1.PodSpec`: no two groups have types of the same name here. */
function descriptionOf(name: string): Description | undefined {
  return DESCRIPTIONS.get(name.slice(name.lastIndexOf('.') + 1));
}

export function describeType(name: string): string | undefined {
  return descriptionOf(name)?.type;
}

export function describeField(name: string, field: string): string | undefined {
  const own = descriptionOf(name)?.fields;
  return own !== undefined && Object.hasOwn(own, field) ? own[field] : undefined;
}

/** The fields that every object begins with. */
export function describeObjectField(field: string): string | undefined {
  return Object.hasOwn(OBJECT_FIELDS, field) ? OBJECT_FIELDS[field] : undefined;
}
