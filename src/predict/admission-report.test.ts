import { expect, test } from 'vitest';
import { OPEN_POLICY } from '../admission/namespace-policy.ts';
import { typicalPlatform } from '../confinement/platform.ts';
import type { ObjectMeta } from '../kube/meta.ts';
import type { Pod } from '../kube/pod.ts';
import type { ObjectLookup } from '../kube/references.ts';
import { predictAdmission } from './admission-report.ts';
import type { DocumentPlace } from './document-place.ts';
import type { PredictSettings } from './predict-settings.ts';

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', securityContext: { privileged: true } }] },
};

const place: DocumentPlace = {
  field: (path) => `spec.template.${path.join('/')}`,
  position: (path) => ({ line: path.length, column: 3 }),
};

function none(): undefined {
  return undefined;
}

function lookupOf(labels?: ObjectMeta['labels']): ObjectLookup {
  const metadata = { name: 'apps', ...(labels && { labels }) };
  return {
    configMap: none,
    secret: none,
    serviceAccount: none,
    persistentVolumeClaim: none,
    namespace: (name) => (name === 'apps' ? { apiVersion: 'v1', kind: 'Namespace', metadata } : undefined),
  };
}

const predictIn = (labels: ObjectMeta['labels'], asked: Partial<PredictSettings> = {}, kind = 'Pod') => {
  const platform = typicalPlatform('containerd');
  const settings = { lookup: lookupOf(labels), platform, showsConfinement: false, ...asked };
  return predictAdmission({ pod, kind, namespace: 'apps' }, settings, place);
};

const label = (name: string): string => `pod-security.kubernetes.io/${name}`;

test('without labels and wishes the level is restricted at the version that podproof speaks', () => {
  const { report } = predictIn(undefined);
  expect(report).toMatchObject({ level: 'restricted', version: 'v1.36', allowed: false, controls: 15 });
  expect(report.message).toMatch(/^violates PodSecurity "restricted:v1.36": privileged /);
});

test('violations have the places in the document', () => {
  expect(predictIn(undefined, { level: 'baseline' }).report.violations).toEqual([
    {
      check: 'privileged',
      reason: 'privileged',
      detail: 'container "c" must not set securityContext.privileged=true',
      fields: ['spec.template.spec/containers/0/securityContext/privileged'],
      advice: 'write securityContext.privileged: false in container "c"',
      line: 5,
      column: 3,
    },
  ]);
});

test("the namespace's enforce label decides when there is one", () => {
  const labels = { [label('enforce')]: 'baseline', [label('enforce-version')]: 'v1.30' };
  expect(predictIn(labels).report).toMatchObject({ level: 'baseline', version: 'v1.30', controls: 11 });
  expect(predictIn({ [label('enforce')]: 'privileged' }).report).toMatchObject({
    allowed: true,
    version: 'latest',
  });
  expect(predictIn(labels, { version: 'v1.36' }).report).toMatchObject({
    level: 'baseline',
    version: 'v1.36',
  });
});

test('the level that was asked for wins over the label', () => {
  const asked = predictIn(
    { [label('enforce')]: 'privileged', [label('warn')]: 'baseline' },
    { level: 'restricted' },
  );
  expect(asked.report).toMatchObject({ level: 'restricted', version: 'v1.36', allowed: false });
  expect(asked.findings).toEqual([]);
});

test("the namespace's warnings and its unreadable labels are findings", () => {
  const labels = { [label('enforce')]: 'privileged', [label('warn')]: 'baseline', [label('audit')]: 'x' };
  expect(predictIn(labels).findings.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'namespace-label-invalid: namespace "apps": metadata.labels[pod-security.kubernetes.io/audit]: Invalid value: "x": must be one of privileged, baseline, restricted',
    'pod-security-warning: would violate PodSecurity "baseline:latest": privileged (container "c" must not set securityContext.privileged=true)',
  ]);
});

const noExemptions = { usernames: [], namespaces: [], runtimeClasses: [] };

test("the cluster's defaults count where the namespace has no label, its labels before them", () => {
  const podSecurity: PredictSettings['podSecurity'] = {
    defaults: { ...OPEN_POLICY, enforce: { level: 'baseline', version: 'v1.30' } },
    exemptions: noExemptions,
  };
  expect(predictIn(undefined, { podSecurity }).report).toMatchObject({ level: 'baseline', version: 'v1.30' });
  const labels = { [label('enforce')]: 'privileged' };
  expect(predictIn(labels, { podSecurity }).report).toMatchObject({
    level: 'privileged',
    version: 'v1.30',
    allowed: true,
  });
  expect(predictIn(labels, { podSecurity, level: 'restricted' }).report).toMatchObject({
    level: 'restricted',
    version: 'v1.36',
  });
});

test('an exempt pod is allowed without a judgement, and says why', () => {
  const exemptions = { ...noExemptions, namespaces: ['apps'], usernames: ['ci'] };
  const { report } = predictIn(undefined, { podSecurity: { defaults: OPEN_POLICY, exemptions } });
  expect(report).toMatchObject({ allowed: true, violations: [], controls: 0, exempt: 'namespace' });
  const byUser = { defaults: OPEN_POLICY, exemptions: { ...exemptions, namespaces: [] } };
  expect(predictIn(undefined, { podSecurity: byUser }).report.exempt).toBeUndefined();
  expect(predictIn(undefined, { podSecurity: byUser, username: 'ci' }).report.exempt).toBe('user');
});

test('an exempt user is exempt for the pods that they make, not for those that a controller makes of a Deployment', () => {
  const exemptions = { usernames: ['ci'], namespaces: [], runtimeClasses: [] };
  const asked = {
    username: 'ci',
    podSecurity: { defaults: OPEN_POLICY, exemptions },
    level: 'restricted',
  } as const;
  expect(predictIn(undefined, asked).report).toMatchObject({ allowed: true, exempt: 'user' });
  expect(predictIn(undefined, asked, 'Deployment').report).toMatchObject({ allowed: false });
});
