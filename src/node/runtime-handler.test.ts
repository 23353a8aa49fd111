import { expect, test } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import { checkRuntimeHandler, runtimeHandlerOf } from './runtime-handler.ts';

const lookup: ObjectLookup = {
  configMap: () => undefined,
  secret: () => undefined,
  serviceAccount: () => undefined,
  persistentVolumeClaim: () => undefined,
  namespace: () => undefined,
  runtimeClass: (name) =>
    name === 'none'
      ? undefined
      : { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: name },
};

function check(runtimeClassName?: string): void {
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [], ...(runtimeClassName !== undefined && { runtimeClassName }) },
  };
  checkRuntimeHandler(pod, lookup, 'runc');
}

test("a RuntimeClass whose handler is the node's runtime runs, and so does a pod without one", () => {
  expect(() => check()).not.toThrow();
  expect(() => check('runc')).not.toThrow();
});

test.each([
  ['gvisor', 'no runtime for "gvisor" is configured'],
  ['none', 'runtimeclass.node.k8s.io "none" not found'],
])('RuntimeClass %s keeps the pod from a sandbox', (name, why) => {
  expect(() => check(name)).toThrow(why);
});

test("the handler is the runtime's name", () => {
  const versions = { runtime: 'runc 1.1.5+ds1', monitor: '2.1', cni: '1.1' };
  expect(runtimeHandlerOf({ versions })).toBe('runc');
});
