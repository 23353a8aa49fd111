import { describe, expect, it } from 'vitest';
import type { CheckFinding } from './check-finding.ts';
import { fingerprintOf } from './finding-fingerprint.ts';

const finding: CheckFinding = {
  class: 'denied',
  rule: 'runAsNonRoot',
  message: 'runAsNonRoot != true (container "web" must not set securityContext.runAsNonRoot=false)',
  file: 'deploy/web.yaml',
  line: 12,
  column: 5,
  object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' },
  container: 'web',
  field: 'spec.template.spec.containers[0].securityContext.runAsNonRoot',
};
const known = fingerprintOf(finding);

const at = (message: string): string => fingerprintOf({ ...finding, message });

const parts = (rule: string, container: string): string => fingerprintOf({ ...finding, rule, container });

describe('a fingerprint stays the same', () => {
  it.each<[string, Partial<CheckFinding>]>([
    ['when lines move', { line: 112, column: 9 }],
    ['when containers change places', { field: finding.field?.replace('[0]', '[3]') ?? '' }],
    ['however the file is named', { file: './deploy//web.yaml' }],
    ['with the separators of Windows', { file: 'deploy\\web.yaml' }],
    ['when it is suppressed', { suppressed: { by: 'baseline', reason: 'known' } }],
    ['when the advice gets better', { advice: 'write this instead' }],
  ])('%s', (_, change) => {
    expect(fingerprintOf({ ...finding, ...change })).toBe(known);
  });

  it('when a message repeats where it is', () => {
    expect(at('spec.containers[2].name: see line 7, a.yaml:7:3')).toBe(
      at('spec.containers[0].name: see line 9, a.yaml:9:1'),
    );
  });

  it('from one release to the next: baselines are kept for years', () => {
    expect(known).toMatch(/^[0-9a-f]{64}$/);
    expect(known).toMatchInlineSnapshot(`"2dd78ebd17ba029cfbdff97830d7c5ea3cf0f8e97bf271639c38f6946483cfab"`);
  });
});

describe('a fingerprint differs', () => {
  it.each<[string, Partial<CheckFinding>]>([
    ['by rule', { rule: 'runAsUser' }],
    ['by class', { class: 'warning' }],
    ['by file', { file: 'deploy/api.yaml' }],
    ['by the template that it was rendered from', { template: 'charts/web/templates/deploy.yaml' }],
    ['by object', { object: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'prod', name: 'web' } }],
    ['by container', { container: 'sidecar' }],
    ['by field', { field: 'spec.template.spec.securityContext.runAsNonRoot' }],
    ['by message', { message: 'another' }],
  ])('%s', (_, change) => {
    expect(fingerprintOf({ ...finding, ...change })).not.toBe(known);
  });

  it('although its parts joined would be equal', () => {
    expect(parts('a', 'b","c')).not.toBe(parts('a","b', 'c'));
  });
});
