import { describe, expect, test } from 'vitest';
import { changeProblems, contextWith, created, problemsOf, rowOf } from '../../../test/support/kinds.ts';
import type { Pod } from '../../kube/pod.ts';
import type { ServiceAccount } from '../../kube/references.ts';
import type { RuntimeClass } from '../../kube/runtime-class.ts';
import { pod } from './pod.ts';

const object: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] },
};

function withSpec(spec: Partial<Pod['spec']>): Pod {
  return { ...object, spec: { ...object.spec, ...spec } };
}

describe('a new pod', () => {
  test('is pending, whatever status was sent, and has its QoS class', () => {
    const sent: Pod = { ...object, status: { phase: 'Running', conditions: [], qosClass: 'Guaranteed' } };
    expect(created(pod, sent).status).toEqual({ phase: 'Pending', conditions: [], qosClass: 'BestEffort' });
  });

  test('has what admission adds: account, priority, tolerations of a lost node', () => {
    expect(created(pod, object).spec).toMatchObject({
      serviceAccountName: 'default',
      serviceAccount: 'default',
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
      tolerations: [
        {
          key: 'node.kubernetes.io/not-ready',
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        },
        { key: 'node.kubernetes.io/unreachable', tolerationSeconds: 300 },
      ],
    });
  });

  test('keeps its tolerations of a lost node', () => {
    const tolerations = [{ operator: 'Exists' }];
    expect(created(pod, withSpec({ tolerations })).spec.tolerations).toEqual(tolerations);
  });

  test('has the pull secrets of its account', () => {
    const account: ServiceAccount = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'builder', namespace: 'default' },
      imagePullSecrets: [{ name: 'registry' }],
    };
    const kept = created(pod, withSpec({ serviceAccountName: 'builder' }), contextWith(account));
    expect(kept.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
  });

  test('has the overhead of its runtime class', () => {
    const gvisor: RuntimeClass = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'runsc',
      overhead: { podFixed: { memory: '10Mi' } },
    };
    const kept = created(pod, withSpec({ runtimeClassName: 'gvisor' }), contextWith(gvisor));
    expect(kept.spec.overhead).toEqual({ memory: '10Mi' });
  });

  test.each<readonly [Partial<Pod['spec']>, string]>([
    [
      { serviceAccountName: 'ghost' },
      'pods "web" is forbidden: error looking up service account default/ghost: serviceaccount "ghost" not found',
    ],
    [{ priorityClassName: 'x' }, 'pods "web" is forbidden: no PriorityClass with name x was found'],
    [{ runtimeClassName: 'x' }, 'pods "web" is forbidden: pod rejected: RuntimeClass "x" not found'],
  ])('%j is forbidden', (spec, message) => {
    expect(() => created(pod, withSpec(spec))).toThrow(
      expect.objectContaining({ reason: 'Forbidden', message }),
    );
  });

  test('without a name keeps it absent, for the server to generate', () => {
    const { metadata } = pod.defaults({ ...object, metadata: { generateName: 'web-' } });
    expect(metadata).toEqual({ generateName: 'web-' });
  });

  test('is validated as the API server does it', () => {
    expect(problemsOf(pod, withSpec({ containers: [] }))).toEqual(['spec.containers: Required value']);
    expect(problemsOf(pod, object)).toEqual([]);
  });
});

describe('an update', () => {
  const running = created(pod, { ...object, spec: { ...object.spec, nodeName: 'node' } });
  const [container] = running.spec.containers;

  test('may change images, and add tolerations', () => {
    const containers = container ? [{ ...container, image: 'nginx:1.28' }] : [];
    const tolerations = [...(running.spec.tolerations ?? []), { key: 'gpu', operator: 'Exists' }];
    const next = { ...running, spec: { ...running.spec, containers, tolerations } };
    expect(changeProblems(pod, next, running)).toEqual([]);
  });

  test('may not change the security context', () => {
    const next = { ...running, spec: { ...running.spec, securityContext: { runAsUser: 0 } } };
    const [problem, ...more] = changeProblems(pod, next, running);
    expect(more).toEqual([]);
    expect(problem).toContain(
      'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    );
    expect(problem).toContain('+ securityContext.runAsUser: 0');
  });

  test('may not take a toleration away, nor add a container, nor move the pod', () => {
    const change = (spec: Partial<Pod['spec']>): readonly string[] =>
      changeProblems(pod, { ...running, spec: { ...running.spec, ...spec } }, running);
    expect(change({ tolerations: [] })).toEqual([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
    expect(change({ containers: [...running.spec.containers, { name: 'd', image: 'i' }] })).toEqual([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
    expect(change({ nodeName: 'other' })[0]).toContain('+ nodeName: "other"');
  });

  test('binds a pod that has no node', () => {
    const waiting = created(pod, object);
    const bound = { ...waiting, spec: { ...waiting.spec, nodeName: 'node' } };
    expect(changeProblems(pod, bound, waiting)).toEqual([]);
  });

  test('takes gates off a pod, and adds none', () => {
    const gated = created(pod, withSpec({ schedulingGates: [{ name: 'a' }, { name: 'b' }] }));
    const gates = (...names: readonly string[]): readonly string[] => {
      const next = { ...gated.spec, schedulingGates: names.map((name) => ({ name })) };
      return changeProblems(pod, { ...gated, spec: next }, gated);
    };
    expect([gates('b'), gates()]).toEqual([[], []]);
    expect(gates('a', 'c')).toEqual([
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'",
    ]);
  });

  test('narrows where a gated pod may go, and only there', () => {
    const zone = { key: 'zone', operator: 'In', values: ['a'] };
    const affinityOf = (
      ...matchExpressions: readonly (typeof zone)[]
    ): NonNullable<Pod['spec']['affinity']> => ({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
      },
    });
    const free = withSpec({ nodeSelector: { disk: 'ssd' }, affinity: affinityOf(zone) });
    const gated = { ...free, spec: { ...free.spec, schedulingGates: [{ name: 'a' }] } };
    const change = (spec: Partial<Pod['spec']>, of: Pod = gated): readonly string[] =>
      changeProblems(pod, { ...of, spec: { ...of.spec, ...spec } }, of);
    expect(change({ nodeSelector: { disk: 'ssd', gpu: 'yes' } })).toEqual([]);
    expect(change({ nodeSelector: { gpu: 'yes' } })).toEqual([
      'spec.nodeSelector: Invalid value: {"gpu":"yes"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]);
    expect(change({ affinity: affinityOf(zone, { ...zone, key: 'rack' }) })).toEqual([]);
    expect(change({ affinity: affinityOf({ ...zone, values: ['b'] }) })[0]).toContain(
      'nodeSelectorTerms[0]: Invalid value',
    );
    expect(change({ affinity: {} })[0]).toContain(
      'no additions/deletions to non-empty NodeSelectorTerms list',
    );
    expect(change({ nodeSelector: { disk: 'ssd', gpu: 'yes' } }, free)[0]).toContain(
      'pod updates may not change',
    );
  });

  test('of the deadline only shortens it', () => {
    const limited = { ...running, spec: { ...running.spec, activeDeadlineSeconds: 10 } };
    const longer = { ...running, spec: { ...running.spec, activeDeadlineSeconds: 11 } };
    expect(changeProblems(pod, longer, limited)).toEqual([
      'spec.activeDeadlineSeconds: Invalid value: 11: must be less than or equal to previous value',
    ]);
    expect(changeProblems(pod, limited, longer)).toEqual([]);
    expect(changeProblems(pod, limited, running)).toEqual([]);
  });

  test('adds ephemeral containers by their subresource alone, and never takes one away', () => {
    const debugged = {
      ...running,
      spec: { ...running.spec, ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
    };
    expect(changeProblems(pod, debugged, running, 'ephemeralcontainers')).toEqual([]);
    expect(changeProblems(pod, debugged, running)[0]).toContain('pod updates may not change');
    expect(changeProblems(pod, running, debugged, 'ephemeralcontainers')[0]).toContain(
      'existing ephemeral containers "debug" may not be removed',
    );
  });
});

test('its end is graceful on a node, and at once without one or when it has ended', () => {
  const running = created(pod, withSpec({ nodeName: 'node', terminationGracePeriodSeconds: 7 }));
  expect(pod.graceSeconds(running)).toBe(7);
  expect(pod.graceSeconds(created(pod, object))).toBe(0);
  const ended: Pod = { ...running, status: { phase: 'Failed', conditions: [], qosClass: 'BestEffort' } };
  expect(pod.graceSeconds(ended)).toBe(0);
});

test('its row', () => {
  expect(rowOf(pod, created(pod, object), 'wide')).toEqual({
    NAME: 'web',
    READY: '0/1',
    STATUS: 'Pending',
    RESTARTS: '0',
    AGE: '2m',
    IP: '<none>',
    NODE: '<none>',
    'NOMINATED NODE': '<none>',
    'READINESS GATES': '<none>',
  });
});
