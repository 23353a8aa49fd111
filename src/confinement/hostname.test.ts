import { expect, test } from 'vitest';
import { type InputParts, podOf } from '../../test/support/confine-inputs.ts';
import { fullyQualifiedNameOf, hostnameOf } from './hostname.ts';

test.each<readonly [string, InputParts, string]>([
  ['the pod’s name', {}, 'web'],
  ['spec.hostname', { spec: { hostname: 'db' } }, 'db'],
  ['hostnameOverride', { spec: { hostname: 'db', hostnameOverride: 'a.example' } }, 'a.example'],
  ['hostnameOverride, cut at 63', { spec: { hostnameOverride: 'o'.repeat(64) } }, 'o'.repeat(63)],
  ['cut at 63', { metadata: { name: 'a'.repeat(70) } }, 'a'.repeat(63)],
  ['no dash at the cut', { metadata: { name: `${'a'.repeat(61)}-.b` } }, 'a'.repeat(61)],
])('%s', (_, parts, expected) => {
  expect(hostnameOf(podOf(parts))).toBe(expected);
});

test('the full name needs a subdomain', () => {
  expect(fullyQualifiedNameOf(podOf())).toBeUndefined();
  const pod = podOf({ metadata: { namespace: 'shop' }, spec: { subdomain: 'nodes' } });
  expect(fullyQualifiedNameOf(pod)).toBe('web.nodes.shop.svc.cluster.local');
});

test('a name from hostnameOverride has no domain', () => {
  const spec = { subdomain: 'nodes', hostnameOverride: 'other' };
  expect(fullyQualifiedNameOf(podOf({ spec }))).toBeUndefined();
});
