import { expect, test } from 'vitest';
import {
  addNamespace,
  kindOf,
  podBody,
  refusalOf,
  STRICT,
  useService,
} from '../../../test/support/object-service.ts';

const service = await useService();
const pods = kindOf('pods');
const configMaps = kindOf('configmaps');
const create = (body: unknown, namespace = 'default', options = STRICT) =>
  service.create(pods, namespace, body, options);

test('a new object has what the server gives it', async () => {
  const { object, created, warnings } = await create({
    ...podBody(
      'new',
      {},
      { uid: 'mine', generation: 7, deletionTimestamp: '2020-01-01T00:00:00Z', managedFields: [{}] },
    ),
    status: { phase: 'Running' },
  });
  expect(created).toBe(true);
  expect(warnings).toEqual([]);
  expect(object).toMatchObject({
    metadata: { name: 'new', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 },
    spec: { serviceAccountName: 'default', restartPolicy: 'Always' },
    status: { phase: 'Pending' },
  });
  expect(object.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  expect(object.metadata.resourceVersion).toBe(service.resourceVersion);
  expect(Object.keys(object.metadata)).not.toContain('managedFields');
  expect(object.metadata.deletionTimestamp).toBeUndefined();
});

test("the token of the pod's account is mounted as on a cluster", async () => {
  const { object } = await create(podBody('token'));
  expect(object).toMatchObject({
    spec: {
      volumes: [{ name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/) }],
      containers: [{ volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] }],
    },
  });
  const without = await create(podBody('no-token', { automountServiceAccountToken: false }));
  expect(without.object).not.toHaveProperty('spec.volumes');
});

test('nulls are absent, and the status of a client counts for nothing', async () => {
  const body = { metadata: { name: 'nulls', creationTimestamp: null, labels: null }, data: { a: 'b' } };
  const { object } = await service.create(configMaps, 'default', body, STRICT);
  expect(object.metadata.labels).toBeUndefined();
});

test('a generated name ends in five of the characters that upstream uses', async () => {
  const { object } = await create(podBody('', {}, { name: undefined, generateName: 'web-' }));
  expect(object.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test.each([
  [
    'the same name twice',
    async () => {
      await create(podBody('twice'));
      await create(podBody('twice'));
    },
    'AlreadyExists: pods "twice" already exists',
  ],
  ['no such namespace', () => create(podBody('x'), 'nowhere'), 'NotFound: namespaces "nowhere" not found'],
  [
    'another namespace than in the path',
    () => create(podBody('x', {}, { namespace: 'other' })),
    'BadRequest: the namespace of the provided object does not match the namespace sent on the request',
  ],
  [
    'a resource version',
    () => create(podBody('x', {}, { resourceVersion: '5' })),
    'BadRequest: resourceVersion should not be set on objects to be created',
  ],
  [
    'an unknown field',
    () => create(podBody('x', { foo: 1, bar: 2 })),
    'BadRequest: Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.foo", unknown field "spec.bar"',
  ],
  [
    'a wrong type',
    () => create(podBody('x', { hostNetwork: 'yes' }), 'default', { ...STRICT, fieldValidation: 'Ignore' }),
    'BadRequest: Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
  ],
  [
    'a wrong type in a list',
    () => create(podBody('x', { containers: [{ name: 5 }] })),
    'BadRequest: Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field Container.spec.containers.name of type string',
  ],
  [
    'a number in the data of a ConfigMap',
    () => service.create(configMaps, 'default', { metadata: { name: 'x' }, data: { a: 1 } }, STRICT),
    'BadRequest: ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
  ],
  [
    'another version',
    () => create({ ...podBody('x'), apiVersion: 'v2' }),
    'BadRequest: the API version in the data (v2) does not match the expected API version (v1)',
  ],
  [
    'another kind',
    () => create({ ...podBody('x'), kind: 'Node' }),
    'BadRequest: Node in version "v1" cannot be handled as a Pod: converting (v1.Node) to (core.Pod): unknown conversion',
  ],
  [
    'no name',
    () => create(podBody('', {}, { name: undefined })),
    'Invalid: Pod "" is invalid: metadata.name: Required value: name or generateName is required',
  ],
  [
    'invalid fields',
    () => create(podBody('bad', { containers: [{ name: 'c' }], restartPolicy: 'No' })),
    'Invalid: Pod "bad" is invalid: [spec.containers[0].image: Required value, spec.restartPolicy: Unsupported value: "No": supported values: "Always", "OnFailure", "Never"]',
  ],
])('%s is refused with the text of upstream', async (_, request, refusal) => {
  expect(await refusalOf(request)).toBe(refusal);
});

test.each([[[]], ['text'], [null], [7]])('%j is no object', async (body) => {
  expect(await refusalOf(() => create(body))).toMatch(/^BadRequest: the object provided is unrecognized/);
});

test('an object that is nested without end is refused before anyone walks it', async () => {
  const deep: unknown = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
  expect(await refusalOf(() => create(podBody('deep', { affinity: deep })))).toMatch(/nested too deeply/);
});

test('surplus fields are told as warnings or left out, as the request wishes', async () => {
  const warned = await create(podBody('warn', { foo: 1 }), 'default', { ...STRICT, fieldValidation: 'Warn' });
  expect(warned.warnings).toContain('unknown field "spec.foo"');
  expect(warned.object).not.toHaveProperty('spec.foo');
  const ignored = await create(podBody('ignore', { foo: 1 }), 'default', {
    ...STRICT,
    fieldValidation: 'Ignore',
  });
  expect(ignored.warnings).toEqual([]);
});

test('a dry run answers as if, and leaves nothing behind', async () => {
  const before = service.resourceVersion;
  const { object } = await create(podBody('dry'), 'default', { ...STRICT, dryRun: true });
  expect(object).toMatchObject({ metadata: { name: 'dry' }, status: { phase: 'Pending' } });
  expect(service.resourceVersion).toBe(before);
  expect(await refusalOf(() => service.get(pods, 'default', 'dry'))).toBe('NotFound: pods "dry" not found');
});

test('nothing new comes into a namespace that is being deleted', async () => {
  await addNamespace(service, 'going');
  await service.delete(kindOf('namespaces'), '', 'going', STRICT);
  expect(await refusalOf(() => create(podBody('late'), 'going'))).toBe(
    'Forbidden: pods "late" is forbidden: unable to create new content in namespace going because it is being terminated',
  );
});

test('a pod waits for the account of a namespace that was made this moment', async () => {
  await service.create(kindOf('namespaces'), '', { metadata: { name: 'young' } }, STRICT);
  const made = create(podBody('first'), 'young');
  await service.create(
    kindOf('serviceaccounts'),
    'young',
    { metadata: { name: 'default' }, automountServiceAccountToken: false },
    STRICT,
  );
  expect((await made).object).not.toHaveProperty('spec.volumes');
});

test('what inherits nothing cannot be given a prototype', async () => {
  const body: unknown = JSON.parse(
    '{"metadata":{"name":"proto","labels":{"__proto__":"x"}},"data":{"__proto__":"polluted"}}',
  );
  const refusal = await refusalOf(() => service.create(configMaps, 'default', body, STRICT));
  expect(refusal).toMatch(/^Invalid/);
  expect(Object.prototype).not.toHaveProperty('polluted');
});

test('a kind of which nothing is kept is answered', async () => {
  const review = kindOf('selfsubjectreviews');
  const { object } = await service.create(review, '', { metadata: {} }, STRICT);
  expect(object).toMatchObject({ kind: 'SelfSubjectReview', status: { userInfo: { username: 'jo' } } });
});
