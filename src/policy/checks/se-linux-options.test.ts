import { expect, test } from 'vitest';
import { verdictOf } from '../../../test/support/check-verdict.ts';
import { seLinuxOptions } from './se-linux-options.ts';

test('types are named, user and role are told apart', () => {
  expect(
    verdictOf(seLinuxOptions, 'v1.0', {
      containers: [
        { name: 'e', securityContext: { seLinuxOptions: { type: 'bar', user: 'u' } } },
        { name: 'f', securityContext: { seLinuxOptions: { role: 'r' } } },
      ],
      securityContext: { seLinuxOptions: { type: 'foo' } },
    }),
  ).toEqual({
    text: 'seLinuxOptions (pod and containers "e", "f" set forbidden securityContext.seLinuxOptions: types "bar", "foo"; user may not be set; role may not be set)',
    fields: [
      'spec.securityContext.seLinuxOptions.type',
      'spec.containers[0].securityContext.seLinuxOptions.type',
      'spec.containers[0].securityContext.seLinuxOptions.user',
      'spec.containers[1].securityContext.seLinuxOptions.role',
    ],
  });
});

test('the types made for containers and any level are allowed', () => {
  const options = { type: 'container_init_t', level: 's0:c1', user: '', role: '' };
  expect(verdictOf(seLinuxOptions, 'v1.0', { securityContext: { seLinuxOptions: options } })).toBe('allowed');
});

test('container_engine_t is one of them from v1.31', () => {
  const pod = { securityContext: { seLinuxOptions: { type: 'container_engine_t' } } };
  expect(verdictOf(seLinuxOptions, 'v1.30', pod)).toMatchObject({
    text: 'seLinuxOptions (pod set forbidden securityContext.seLinuxOptions: type "container_engine_t")',
  });
  expect(verdictOf(seLinuxOptions, 'v1.31', pod)).toBe('allowed');
});
