import { describe, expect, it } from 'vitest';
import type { Pod } from '../kube/pod.ts';
import type { PodCondition, PodStatus } from '../kube/pod-status.ts';
import { mergeStatus } from './merge-status.ts';

const condition = (
  type: PodCondition['type'],
  status: PodCondition['status'],
  at = '2026-01-01T00:00:00Z',
): PodCondition => ({
  type,
  status,
  lastTransitionTime: at,
});
const pod = (status?: Partial<PodStatus>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', generation: 3 },
  spec: { containers: [] },
  ...(status && { status: { phase: 'Pending', conditions: [], qosClass: 'BestEffort', ...status } }),
});
const running: PodStatus = {
  phase: 'Running',
  qosClass: 'BestEffort',
  conditions: [
    condition('Ready', 'True', '2026-01-02T00:00:00Z'),
    condition('PodScheduled', 'True', '2026-01-02T00:00:00Z'),
  ],
};

const gated = (conditions: readonly PodCondition[]): Pod => ({
  ...pod({ conditions }),
  spec: { containers: [], readinessGates: [{ conditionType: 'DisruptionTarget' }] },
});

describe('the status of a pod', () => {
  it('keeps what others set: the scheduler, gates, the start', () => {
    const scheduled = condition('PodScheduled', 'True');
    const disrupted = condition('DisruptionTarget', 'False');
    const merged = mergeStatus(
      pod({ conditions: [scheduled, disrupted], startTime: 's', nominatedNodeName: 'n' }),
      running,
      undefined,
    );
    expect(merged.conditions).toEqual([
      { ...condition('Ready', 'True', '2026-01-02T00:00:00Z'), observedGeneration: 3 },
      scheduled,
      disrupted,
    ]);
    expect(merged).toMatchObject({
      phase: 'Running',
      startTime: 's',
      nominatedNodeName: 'n',
      observedGeneration: 3,
    });
  });

  it('carries the proof, and keeps it while there is no other', () => {
    const proven = condition('ConfinementProven', 'True');
    const merged = mergeStatus(pod(), running, proven);
    expect(merged.conditions.map(({ type }) => type)).toEqual(['Ready', 'ConfinementProven', 'PodScheduled']);
    expect(mergeStatus(pod(merged), running, undefined).conditions).toContainEqual(
      expect.objectContaining(proven),
    );
  });

  it('keeps the time of a condition that has not changed, also over a restart of the node', () => {
    const [ready] = mergeStatus(
      pod({ conditions: [condition('Ready', 'True')] }),
      running,
      undefined,
    ).conditions;
    expect(ready?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
  });

  it('never leaves its end', () => {
    const over = pod({ phase: 'Succeeded' });
    expect(mergeStatus(over, running, undefined)).toBe(over.status);
    expect(mergeStatus(over, { ...running, phase: 'Failed' }, undefined).phase).toBe('Succeeded');
  });

  it('is Ready once the readiness gates are', () => {
    expect(mergeStatus(gated([]), running, undefined).conditions[0]).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "DisruptionTarget" does not exist.',
    });
    expect(
      mergeStatus(gated([condition('DisruptionTarget', 'False')]), running, undefined).conditions[0]?.message,
    ).toBe('the status of pod readiness gate "DisruptionTarget" is not "True", but False');
    expect(
      mergeStatus(gated([condition('DisruptionTarget', 'True')]), running, undefined).conditions[0]?.status,
    ).toBe('True');
  });
});
