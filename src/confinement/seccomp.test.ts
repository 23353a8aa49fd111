import { expect, test } from 'vitest';
import { inputOf } from '../../test/support/confine-inputs.ts';
import { describeOrigin } from '../core/sourced.ts';
import type { SecurityContext } from '../kube/pod.ts';
import { effectiveContext } from './effective-context.ts';
import { confineSeccomp } from './seccomp.ts';

const filter = { mode: 'filter', profile: 'RuntimeDefault' };
const unconfined = { mode: 'unconfined' };
const asks = (type: 'Unconfined' | 'RuntimeDefault'): SecurityContext => ({ seccompProfile: { type } });

test.each<readonly [string, SecurityContext, boolean, object, string]>([
  ['nothing', {}, false, unconfined, 'kubelet default (seccompProfile not set)'],
  ['nothing, seccompDefault', {}, true, filter, 'kubelet default (seccompDefault)'],
  [
    'RuntimeDefault',
    asks('RuntimeDefault'),
    false,
    filter,
    'spec.containers[0].securityContext.seccompProfile',
  ],
  [
    'Unconfined, seccompDefault',
    asks('Unconfined'),
    true,
    unconfined,
    'spec.containers[0].securityContext.seccompProfile',
  ],
  [
    'Localhost',
    { seccompProfile: { type: 'Localhost', localhostProfile: 'a/b.json' } },
    false,
    { mode: 'filter', profile: 'Localhost', localhostProfile: 'a/b.json' },
    'spec.containers[0].securityContext.seccompProfile',
  ],
  [
    'privileged, whatever is asked',
    { ...asks('RuntimeDefault'), privileged: true },
    true,
    unconfined,
    'spec.containers[0].securityContext.privileged',
  ],
])('%s', (_, securityContext, seccompDefault, value, from) => {
  const { pod, container, platform } = inputOf({
    container: { securityContext },
    platform: { kubelet: { seccompDefault, allowedUnsafeSysctls: [] } },
  });
  const seccomp = confineSeccomp(platform, effectiveContext(pod, container));
  expect(seccomp.value).toEqual(value);
  expect(describeOrigin(seccomp.from)).toBe(from);
});
