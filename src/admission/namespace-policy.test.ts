import { expect, test } from 'vitest';
import { levelsFor, OPEN_POLICY } from './namespace-policy.ts';

const label = (name: string): string => `pod-security.kubernetes.io/${name}`;

test('without labels the defaults count', () => {
  expect(levelsFor(undefined)).toEqual({ policy: OPEN_POLICY, problems: [] });
  expect(levelsFor({ other: 'label' }).policy).toEqual(OPEN_POLICY);
});

test('every mode has its level and version', () => {
  const labels = {
    [label('enforce')]: 'baseline',
    [label('enforce-version')]: 'v1.30',
    [label('audit')]: 'restricted',
    [label('warn')]: 'restricted',
    [label('warn-version')]: 'v1.36',
  };
  expect(levelsFor(labels)).toEqual({
    policy: {
      enforce: { level: 'baseline', version: 'v1.30' },
      audit: { level: 'restricted', version: 'latest' },
      warn: { level: 'restricted', version: 'v1.36' },
    },
    problems: [],
  });
});

test('warnings follow a stricter enforce level, with its version', () => {
  const labels = { [label('enforce')]: 'restricted', [label('enforce-version')]: 'v1.30' };
  expect(levelsFor(labels).policy.warn).toEqual({ level: 'restricted', version: 'v1.30' });
  expect(levelsFor({ ...labels, [label('warn-version')]: 'v1.20' }).policy.warn).toEqual({
    level: 'restricted',
    version: 'v1.20',
  });
  expect(levelsFor({ ...labels, [label('warn')]: 'baseline' }).policy.warn.level).toBe('baseline');
});

test('a level that cannot be read is closed for enforce, open for audit and warn, and told', () => {
  const labels = {
    [label('enforce')]: 'Baseline',
    [label('audit')]: 'x',
    [label('warn')]: 'x',
    [label('warn-version')]: '1.2',
  };
  expect(levelsFor(labels)).toEqual({
    policy: {
      enforce: { level: 'restricted', version: 'latest' },
      audit: { level: 'privileged', version: 'latest' },
      warn: { level: 'privileged', version: 'latest' },
    },
    problems: [
      'metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "Baseline": must be one of privileged, baseline, restricted',
      'metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "x": must be one of privileged, baseline, restricted',
      'metadata.labels[pod-security.kubernetes.io/warn]: Invalid value: "x": must be one of privileged, baseline, restricted',
      'metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"',
    ],
  });
});

test('an enforce level that cannot be read does not spread to warnings', () => {
  expect(levelsFor({ [label('enforce')]: 'Baseline' }).policy.warn.level).toBe('privileged');
});
