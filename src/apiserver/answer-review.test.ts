import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/meta.ts';
import { answerReview } from './answer-review.ts';
import type { UserInfo } from './resource-kind.ts';

const review: KubeObject & { readonly spec: object } = {
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectRulesReview',
  metadata: {},
  spec: { namespace: 'default' },
};

function rulesOf(groups: readonly string[]): object {
  const user: UserInfo = { username: 'jo', groups };
  return answerReview(review, user);
}

test('who may do everything is told so', () => {
  expect(rulesOf(['system:masters'])).toMatchObject({
    status: { resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], incomplete: false },
  });
});

test('everybody else is told that they may ask about themselves', () => {
  expect(rulesOf(['system:authenticated'])).toMatchObject({
    status: {
      resourceRules: [
        { verbs: ['create'], resources: ['selfsubjectreviews'] },
        { verbs: ['create'], resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'] },
      ],
    },
  });
});
