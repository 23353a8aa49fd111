import { describe, expect, test } from 'vitest';
import { changeProblems, created, problemsOf, rowOf } from '../../test/support/kinds.ts';
import type { SelfSubjectAccessReview, SelfSubjectReview } from '../kube/access-review.ts';
import type { Lease } from '../kube/lease.ts';
import type { Proof } from '../kube/proof.ts';
import type { ServiceAccount } from '../kube/references.ts';
import type { RuntimeClass } from '../kube/runtime-class.ts';
import { lease } from './kinds/lease.ts';
import { proof } from './kinds/proof.ts';
import { runtimeClass } from './kinds/runtime-class.ts';
import { selfSubjectAccessReview } from './kinds/self-subject-access-review.ts';
import { selfSubjectReview } from './kinds/self-subject-review.ts';
import { serviceAccount } from './kinds/service-account.ts';
import { KINDS } from './kinds.ts';

describe('the list of kinds', () => {
  test('names each resource and each short name of a group once', () => {
    const names = KINDS.flatMap((it) =>
      [...new Set([it.resource, it.singular, ...it.shortNames])].map((name) => `${name}.${it.group}`),
    );
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('is frozen, and its kinds are', () => {
    expect(Object.isFrozen(KINDS)).toBe(true);
    expect(KINDS.every((it) => Object.isFrozen(it))).toBe(true);
  });

  test('has in `get all` what upstream has there', () => {
    const all = KINDS.filter(({ categories }) => categories.includes('all'));
    expect(all.map(({ resource }) => resource)).toEqual([
      'pods',
      'services',
      'deployments',
      'replicasets',
      'jobs',
    ]);
  });

  test('stores each object under one kind', () => {
    const kept = KINDS.flatMap(({ stored }) => (stored && stored.convert === undefined ? [stored.kind] : []));
    expect(new Set(kept).size).toBe(kept.length);
  });
});

describe('the small kinds', () => {
  test('ServiceAccount: its row', () => {
    const object: ServiceAccount = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'builder' },
    };
    const row = rowOf(serviceAccount, created(serviceAccount, object));
    expect(row).toEqual({ NAME: 'builder', SECRETS: '0', AGE: '2m' });
  });

  test('Lease: its row and its numbers', () => {
    const object: Lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'node', namespace: 'kube-node-lease' },
      spec: { holderIdentity: 'node', leaseDurationSeconds: 0 },
    };
    expect(rowOf(lease, created(lease, object))).toEqual({ NAME: 'node', HOLDER: 'node', AGE: '2m' });
    expect(problemsOf(lease, object)).toEqual([
      'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    ]);
  });

  test('RuntimeClass: its row, and a handler that is a label and stays', () => {
    const object: RuntimeClass = {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'gvisor' },
      handler: 'runsc',
    };
    expect(rowOf(runtimeClass, created(runtimeClass, object))).toEqual({
      NAME: 'gvisor',
      HANDLER: 'runsc',
      AGE: '2m',
    });
    expect(problemsOf(runtimeClass, { ...object, handler: 'a.b' })).toEqual([
      'handler: Invalid value: "a.b": must not contain dots',
    ]);
    expect(changeProblems(runtimeClass, { ...object, handler: 'runc' }, object)).toEqual([
      'handler: Invalid value: "runc": field is immutable',
    ]);
  });

  test('SelfSubjectReview: who asks', () => {
    const object: SelfSubjectReview = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: {},
    };
    expect(created(selfSubjectReview, object).status).toEqual({
      userInfo: { username: 'jo', groups: ['system:masters'] },
    });
  });

  test('SelfSubjectAccessReview: asks about one thing', () => {
    const object: SelfSubjectAccessReview = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: {},
    };
    expect(problemsOf(selfSubjectAccessReview, object)).toHaveLength(1);
    expect(problemsOf(selfSubjectAccessReview, { ...object, spec: { resourceAttributes: {} } })).toEqual([]);
  });

  test('Proof: its row, and nobody but the node writes it', () => {
    const object: Proof = {
      apiVersion: 'podproof.dev/v1',
      kind: 'Proof',
      metadata: { name: 'web', namespace: 'default' },
      status: {
        holds: true,
        provenAt: '2026-01-01T00:59:00Z',
        containers: [],
        summary: {
          holds: '18/18',
          user: '1654',
          hostUser: '67190',
          capabilities: 'none',
          rootfs: 'read-only',
          userNamespace: '65536+65536',
        },
      },
    };
    expect(rowOf(proof, created(proof, object))).toEqual({
      NAME: 'web',
      HOLDS: '18/18',
      USER: '1654',
      'HOST-USER': '67190',
      CAPS: 'none',
      ROOTFS: 'read-only',
      USERNS: '65536+65536',
      AGE: '2m',
    });
    expect(proof.verbs).toEqual(['get', 'list', 'watch']);
  });
});
