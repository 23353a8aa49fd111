import { expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { OPEN_POLICY } from './namespace-policy.ts';
import { decodePodSecurityConfiguration } from './pod-security-configuration.ts';

const header = { apiVersion: 'pod-security.admission.config.k8s.io/v1', kind: 'PodSecurityConfiguration' };

function problemsOf(data: unknown): readonly string[] {
  try {
    decodePodSecurityConfiguration(data, 'cluster.yaml');
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    expect(error.message).toBe('cannot read "cluster.yaml": no valid PodSecurityConfiguration');
    return error.problems;
  }
  return [];
}

test.each([undefined, null, header])('what is not said is open: %j', (data) => {
  expect(decodePodSecurityConfiguration(data)).toEqual({
    defaults: OPEN_POLICY,
    exemptions: { usernames: [], namespaces: [], runtimeClasses: [] },
  });
});

test.each(['v1', 'v1beta1', 'v1alpha1'])('%s is read, levels and exemptions', (version) => {
  expect(
    decodePodSecurityConfiguration({
      apiVersion: `pod-security.admission.config.k8s.io/${version}`,
      kind: 'PodSecurityConfiguration',
      defaults: { enforce: 'baseline', 'enforce-version': 'v1.7', warn: 'restricted', audit: '' },
      exemptions: { usernames: ['alice', 'bob'], namespaces: ['kube-system'], runtimeClasses: ['special'] },
    }),
  ).toEqual({
    defaults: {
      enforce: { level: 'baseline', version: 'v1.7' },
      audit: { level: 'privileged', version: 'latest' },
      warn: { level: 'restricted', version: 'latest' },
    },
    exemptions: { usernames: ['alice', 'bob'], namespaces: ['kube-system'], runtimeClasses: ['special'] },
  });
});

test('values are refused in upstream words, all at once', () => {
  expect(
    problemsOf({
      ...header,
      defaults: { enforce: 'baslein', 'enforce-version': 'v.122', audit: 'lorum', 'audit-version': 'ipsum' },
      exemptions: {
        namespaces: ['a.b', 'testing', 'testing'],
        runtimeClasses: ['TEST'],
        usernames: ['', 'testing', 'testing'],
      },
    }),
  ).toEqual([
    'defaults.enforce: Invalid value: "baslein": must be one of privileged, baseline, restricted',
    'defaults.enforce-version: Invalid value: "v.122": must be "latest" or "v1.x"',
    'defaults.audit: Invalid value: "lorum": must be one of privileged, baseline, restricted',
    'defaults.audit-version: Invalid value: "ipsum": must be "latest" or "v1.x"',
    'exemptions.namespaces[0]: Invalid value: "a.b": must not contain dots',
    'exemptions.namespaces[2]: Duplicate value: "testing"',
    expect.stringContaining(
      'exemptions.runtimeClasses[0]: Invalid value: "TEST": a lowercase RFC 1123 subdomain must consist of',
    ),
    'exemptions.usernames[0]: Invalid value: "": username must not be empty',
    'exemptions.usernames[2]: Duplicate value: "testing"',
  ]);
});

test.each([
  [{ kind: 'PodSecurityConfiguration' }, "Object 'apiVersion' is missing"],
  [{ apiVersion: header.apiVersion }, "Object 'Kind' is missing"],
  [
    { ...header, apiVersion: 'pod-security.admission.config.k8s.io/v99' },
    'no kind "PodSecurityConfiguration" is registered for version "pod-security.admission.config.k8s.io/v99"',
  ],
  [
    { ...header, kind: 'SomeConfiguration' },
    'no kind "SomeConfiguration" is registered for version "pod-security.admission.config.k8s.io/v1"',
  ],
  [{ ...header, deflaults: { enforce: 'baseline' } }, 'unknown field "deflaults"'],
  [{ ...header, defaults: { enforce: 1 } }, 'defaults.enforce: expected a string, found the number 1'],
  [[header], 'expected an object of kind PodSecurityConfiguration'],
  ['restricted', 'expected an object of kind PodSecurityConfiguration'],
])('%j is refused', (data, problem) => {
  expect(problemsOf(data)).toEqual([problem]);
});

const admission = (...plugins: readonly unknown[]): unknown => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AdmissionConfiguration',
  plugins,
});

test('the plugin of an AdmissionConfiguration counts, its first entry', () => {
  const configuration = { ...header, defaults: { enforce: 'baseline' } };
  const data = admission(
    { name: 'ImagePolicyWebhook', path: 'x' },
    { name: 'PodSecurity', configuration },
    { name: 'PodSecurity', configuration: header },
  );
  expect(decodePodSecurityConfiguration(data).defaults.enforce.level).toBe('baseline');
  expect(decodePodSecurityConfiguration(admission({ name: 'PodSecurity' })).defaults).toEqual(OPEN_POLICY);
});

test('an AdmissionConfiguration without that plugin, or with it in another file, is refused', () => {
  expect(problemsOf(admission())).toEqual(['the AdmissionConfiguration has no plugin named "PodSecurity"']);
  expect(problemsOf(admission({ name: 'PodSecurity', path: 'psa.yaml' }))).toEqual([
    'plugins[0].path: the configuration is in another file, "psa.yaml"',
  ]);
  expect(problemsOf(admission({ name: 'PodSecurity', configuration: { ...header, default: {} } }))).toEqual([
    'unknown field "plugins[0].configuration.default"',
  ]);
});
