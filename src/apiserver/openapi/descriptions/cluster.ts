import type { Descriptions } from './description.ts';

/** Names, nodes, and what is told of all others. */
export const CLUSTER: Descriptions = {
  Namespace: {
    type: 'A space of names. Its labels pod-security.kubernetes.io/enforce, warn and audit say how pods in it must be confined.',
  },
  Node: { type: 'The machine.' },
  NodeSpec: {
    type: 'What it takes.',
    fields: {
      unschedulable: 'With true, it takes no further pods (kubectl cordon).',
      taints: 'What keeps pods away that do not tolerate it.',
      podCIDR: 'The addresses of its pods.',
    },
  },
  Taint: {
    type: 'What keeps pods away that do not tolerate it.',
    fields: {
      key: 'Its name.',
      value: 'A text.',
      effect: 'NoSchedule, PreferNoSchedule or NoExecute: pods that run are ended too.',
    },
  },
  ServiceAccount: {
    type: 'Who a pod is to the API.',
    fields: {
      automountServiceAccountToken: 'With false, its pods get no token unless they ask for it.',
      imagePullSecrets: 'Secrets with credentials for registries, for all its pods.',
    },
  },
  Event: { type: 'Something that has happened to an object. Kept for an hour.' },
  Lease: { type: 'Who holds something, and until when.' },
  RuntimeClass: {
    type: 'A way to run containers.',
    fields: { handler: 'The name of the runtime on the node.', overhead: 'What it needs itself.' },
  },
  Proof: {
    type: 'What the kernel says of a pod, held against what its manifest asks for. Written by the node alone.',
  },
  ObjectMeta: {
    type: 'What every object has.',
    fields: {
      name: 'Unique for its kind in its namespace.',
      generateName: 'In place of a name: the server adds five characters.',
      namespace: 'The space of names that it is in.',
      labels: 'By which objects are found and selected: app: web.',
      annotations: 'Further notes, for people and programs.',
      ownerReferences: 'When all of them are gone, it is deleted.',
      finalizers: 'It is not gone before all of them are taken away.',
      uid: 'Unique for ever. Made by the server.',
      resourceVersion: 'Changes with every write. Made by the server.',
      generation: 'Counts the changes of the spec. Made by the server.',
      creationTimestamp: 'Made by the server.',
      deletionTimestamp: 'When it was asked to go. Made by the server.',
    },
  },
  LabelSelector: {
    type: 'All of it must fit; an empty one selects all.',
    fields: { matchLabels: 'Labels with these values.', matchExpressions: 'Rules about labels.' },
  },
  LabelSelectorRequirement: {
    type: 'A rule about one label.',
    fields: {
      key: 'Of the label.',
      operator: 'In, NotIn, Exists or DoesNotExist.',
      values: 'For In and NotIn.',
    },
  },
};
