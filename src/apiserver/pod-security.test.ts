import { expect, test } from 'vitest';
import {
  addNamespace,
  kindOf,
  podBody,
  refusalOf,
  STRICT,
  useService,
} from '../../test/support/object-service.ts';

const service = await useService();
const pods = kindOf('pods');
const namespaces = kindOf('namespaces');
const label = (mode: string): string => `pod-security.kubernetes.io/${mode}`;
const PRIVILEGED = { containers: [{ name: 'c', image: 'i', securityContext: { privileged: true } }] };
const VIOLATION = 'privileged (container "c" must not set securityContext.privileged=true)';

const create = (namespace: string, name: string, spec: object = {}) =>
  service.create(pods, namespace, podBody(name, spec), STRICT);
const relabel = (name: string, labels: object) =>
  service.patch(
    { kind: namespaces, namespace: '', name },
    { type: 'merge', document: { metadata: { labels } } },
    STRICT,
  );

test('enforce refuses a pod with the text of upstream', async () => {
  await addNamespace(service, 'strict', { [label('enforce')]: 'restricted' });
  expect(await refusalOf(() => create('strict', 'web'))).toMatch(
    /^Forbidden: pods "web" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "c" must set securityContext.allowPrivilegeEscalation=false\), unrestricted capabilities/,
  );
  expect(service.reader.list('Pod', 'strict')).toEqual([]);
});

test('a refused dry run is refused as well', async () => {
  const dry = { ...STRICT, dryRun: true };
  expect(await refusalOf(() => service.create(pods, 'strict', podBody('web'), dry))).toMatch(/^Forbidden/);
});

test('warn lets it in with a warning, audit keeps a record', async () => {
  await addNamespace(service, 'told', { [label('warn')]: 'baseline', [label('audit')]: 'baseline' });
  const { warnings } = await create('told', 'web', PRIVILEGED);
  expect(warnings).toContain(`would violate PodSecurity "baseline:latest": ${VIOLATION}`);
  expect(service.audit.at(-1)).toMatchObject({
    user: 'jo',
    verb: 'create',
    resource: 'pods',
    namespace: 'told',
    name: 'web',
    annotations: {
      'pod-security.kubernetes.io/audit-violations': `would violate PodSecurity "baseline:latest": ${VIOLATION}`,
    },
  });
});

test('a template is warned about where its pods would be refused, and let in', async () => {
  const body = {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: PRIVILEGED },
    },
  };
  const { warnings } = await service.create(kindOf('deployments'), 'strict', body, STRICT);
  expect(warnings.join('\n')).toMatch(/would violate PodSecurity "restricted:latest": privileged/);
});

test('a change that matters to nobody is not judged again', async () => {
  await addNamespace(service, 'late');
  await create('late', 'old', PRIVILEGED);
  await relabel('late', { [label('enforce')]: 'baseline' });
  const target = { kind: pods, namespace: 'late', name: 'old' };
  await service.patch(target, { type: 'merge', document: { metadata: { labels: { a: 'b' } } } }, STRICT);
  const image = { spec: { containers: [{ name: 'c', image: 'other' }] } };
  expect(await refusalOf(() => service.patch(target, { type: 'strategic', document: image }, STRICT))).toBe(
    `Forbidden: pods "old" is forbidden: violates PodSecurity "baseline:latest": ${VIOLATION}`,
  );
});

test('a namespace that becomes stricter warns about the pods that it has', async () => {
  await addNamespace(service, 'relabelled');
  await create('relabelled', 'b', PRIVILEGED);
  await create('relabelled', 'a', PRIVILEGED);
  await create('relabelled', 'c', { hostPID: true });
  await create('relabelled', 'fine');
  const { warnings } = await relabel('relabelled', { [label('enforce')]: 'baseline' });
  expect(warnings).toEqual([
    'existing pods in namespace "relabelled" violate the new PodSecurity enforce level "baseline:latest"',
    'a (and 1 other pod): privileged',
    'c: host namespaces',
  ]);
  expect((await relabel('relabelled', { other: 'label' })).warnings).toEqual([]);
  expect((await relabel('relabelled', { [label('enforce')]: 'privileged' })).warnings).toEqual([]);
});

test('labels that cannot be read are refused, and stay a nuisance to nobody else', async () => {
  const text = `metadata.labels[${label('enforce')}]: Invalid value: "strict": must be one of privileged, baseline, restricted`;
  const body = { metadata: { name: 'unreadable', labels: { [label('enforce')]: 'strict' } } };
  expect(await refusalOf(() => service.create(namespaces, '', body, STRICT))).toBe(
    `Invalid: Namespace "unreadable" is invalid: ${text}`,
  );
  await addNamespace(service, 'readable');
  expect(await refusalOf(() => relabel('readable', { [label('enforce')]: 'strict' }))).toBe(
    `Invalid: Namespace "readable" is invalid: ${text}`,
  );
});
