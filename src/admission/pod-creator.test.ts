import { expect, test } from 'vitest';
import { podCreator } from './pod-creator.ts';

test('pods are made by their user, those of workloads by controllers', () => {
  expect(podCreator('Pod', 'jo')).toBe('jo');
  expect(podCreator('Deployment', 'jo')).toBe('system:serviceaccount:kube-system:replicaset-controller');
  expect(podCreator('CronJob', 'jo')).toBe('system:serviceaccount:kube-system:job-controller');
  expect(podCreator('Rollout', 'jo')).toBeUndefined();
  expect(podCreator('toString', 'jo')).toBeUndefined();
});
