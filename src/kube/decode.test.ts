import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { decodeObject, decodePodTemplate, type TypedData } from './decode-object.ts';
import { objectMeta } from './schema/meta-schemas.ts';
import { pod } from './schema/pod-schemas.ts';
import type { ObjectSchema, Schema } from './schema/schema.ts';

function problemsOf(data: TypedData): readonly string[] {
  return decodeObject(data).problems.map((it) =>
    it.advice === undefined ? it.message : `${it.message} | ${it.advice}`,
  );
}

function deployment(podSpec: object, spec: object = {}): TypedData {
  const template = { spec: { containers: [{ name: 'a' }], ...podSpec } };
  return Object.assign(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
    { spec: { template, ...spec } },
  );
}

describe('strict decoding', () => {
  it('says that capabilities exist only on containers', () => {
    const data = deployment({ securityContext: { capabilities: { drop: ['ALL'] }, privileged: true } });
    expect(problemsOf(data)).toEqual([
      'unknown field "spec.template.spec.securityContext.capabilities" | capabilities exist only on containers: move it to spec.template.spec.containers[].securityContext',
      'unknown field "spec.template.spec.securityContext.privileged" | privileged exists only on containers: move it to spec.template.spec.containers[].securityContext',
    ]);
  });

  it.each(['readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'procMount'])(
    'says that %s exists only on containers',
    (name) => {
      const [problem] = problemsOf(deployment({ securityContext: { [name]: true } }));
      expect(problem).toContain(`${name} exists only on containers: move it to`);
    },
  );

  it.each(['fsGroup', 'fsGroupChangePolicy', 'supplementalGroupsPolicy', 'seLinuxChangePolicy'])(
    'says that %s exists only on pods',
    (name) => {
      const [problem] = problemsOf(
        deployment({ containers: [{ name: 'a', securityContext: { [name]: 1 } }] }),
      );
      expect(problem).toContain(
        `| ${name} exists only on pods: move it to spec.template.spec.securityContext`,
      );
    },
  );

  it.each([
    [{ securityContext: { runAsuser: 1 } }, 'did you mean "runAsUser"?'],
    [{ securityContext: { runAsUsr: 1 } }, 'did you mean "runAsUser"?'],
    [{ contianers: [] }, 'did you mean "containers"?'],
    [{ hostnetwork: true }, 'did you mean "hostNetwork"?'],
    [{ runAsNonRoot: true }, 'runAsNonRoot belongs to spec.template.spec.securityContext: move it there'],
    [{ replicas: 1 }, 'replicas belongs to spec: move it there'],
    [
      { containers: [{ name: 'a', fsGroup: 1 }] },
      'fsGroup belongs to spec.template.spec.securityContext: move it there',
    ],
  ])('knows the field that was meant in %j', (podSpec, advice) => {
    const [problem] = problemsOf(deployment(podSpec));
    expect(problem?.split(' | ')[1]).toBe(advice);
  });

  it('has no advice where nothing is near', () => {
    expect(problemsOf(deployment({ zzzzzz: 1 }))).toEqual(['unknown field "spec.template.spec.zzzzzz"']);
  });

  it.each([
    [{ hostPID: 'yes' }, 'spec.template.spec.hostPID: expected a boolean, found the string "yes"'],
    [
      { securityContext: { runAsUser: 'x' } },
      'spec.template.spec.securityContext.runAsUser: expected an integer, found the string "x"',
    ],
    [
      { securityContext: { runAsUser: 1.5 } },
      'spec.template.spec.securityContext.runAsUser: expected an integer, found the number 1.5',
    ],
    [{ securityContext: [] }, 'spec.template.spec.securityContext: expected an object, found a list'],
    [{ containers: {} }, 'spec.template.spec.containers: expected a list, found an object'],
    [
      { nodeSelector: { a: true } },
      'spec.template.spec.nodeSelector.a: expected a string, found the boolean true',
    ],
    [
      { priority: 3e9 },
      'spec.template.spec.priority: expected a 32-bit integer, found the number 3000000000',
    ],
    [
      { containers: [{ name: 'a', resources: { limits: { cpu: '1x' } } }] },
      'spec.template.spec.containers[0].resources.limits.cpu: expected a quantity such as 500m or 128Mi, found the string "1x"',
    ],
  ])('reports the wrong type in %j', (podSpec, message) => {
    expect(problemsOf(deployment(podSpec))).toEqual([message]);
  });

  it('reports every problem, not the first', () => {
    expect(problemsOf(deployment({ a1: 1, hostPID: 1 }, { replicas: 'x' }))).toHaveLength(3);
  });

  it('takes null for absent, and fills what is missing with zero values', () => {
    const { value, problems } = decodePodTemplate(
      { metadata: null, spec: { hostname: null, volumes: [{}] } },
      [],
    );
    expect(problems).toEqual([]);
    expect(value).toEqual({ spec: { containers: [], volumes: [{ name: '' }] } });
  });

  it('keeps hostile keys as plain data', () => {
    const keys: unknown = JSON.parse('{"__proto__":"x"}');
    const data = Object.assign({ apiVersion: 'v1', kind: 'ConfigMap', metadata: {} }, { data: keys });
    const { value, problems } = decodeObject(data);
    expect(problems).toEqual([]);
    expect(JSON.stringify(value)).toContain('"__proto__":"x"');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it('names the version that is served today', () => {
    expect(problemsOf({ apiVersion: 'extensions/v1beta1', kind: 'Deployment' })).toEqual([
      'no matches for kind "Deployment" in version "extensions/v1beta1" | write apiVersion: apps/v1',
    ]);
  });

  it('passes a custom resource on, but reads its metadata', () => {
    const data = Object.assign(
      { apiVersion: 'x.io/v1', kind: 'Service' },
      { metadata: { name: 'a', label: {} }, spec: { any: 1 } },
    );
    const { value, problems } = decodeObject(data);
    expect(problems.map((it) => it.advice)).toEqual(['did you mean "labels"?']);
    expect(value).toMatchObject({ spec: { any: 1 } });
  });
});

describe('what decoding hands out', () => {
  const right = { name: 'web', labels: { app: 'web' }, finalizers: ['a/b'] };

  it('is the object that was read, when that is right as it stands', () => {
    expect(decode(objectMeta, right).value).toBe(right);
  });

  it('shares all that is right with an object that is not', () => {
    const input = { ...right, creationTimestamp: null, label: 1 };
    const { value } = decode(objectMeta, input);
    expect(value).toStrictEqual(right);
    expect(value.labels).toBe(right.labels);
    expect(Object.keys(input)).toContain('label');
  });

  it('has the order in which the fields were written, then the missing ones', () => {
    const { value } = decode(pod, { metadata: { name: 'a' }, extra: 1, kind: 'Pod', apiVersion: 'v1' });
    expect(Object.keys(value)).toEqual(['metadata', 'kind', 'apiVersion', 'spec']);
  });

  it('is plain data, whatever was handed in', () => {
    const { value } = decode(objectMeta, { labels: new Date(0), annotations: new Map([['a', 'b']]) });
    expect(value).toStrictEqual({ labels: {}, annotations: {} });
  });
});

function secret(text: string): TypedData {
  return Object.assign({ apiVersion: 'v1', kind: 'Secret', metadata: {} }, { data: { a: text } });
}

describe('base64', () => {
  it.each(['', 'YQ==', 'YWI=', 'YWJj', 'YWJj\nZGVm\r\n', 'YQ=\n='])('takes %j', (text) => {
    expect(problemsOf(secret(text))).toEqual([]);
  });

  it.each(['YQ', 'YQ=', 'Y===', '====', 'YQ==YQ==', 'YW\u00e9j', 'YWJ!'])('refuses %j', (text) => {
    expect(problemsOf(secret(text))).toHaveLength(1);
  });

  it('takes many megabytes', () => {
    expect(problemsOf(secret('YWJj'.repeat(6_000_000)))).toEqual([]);
  });
});

interface Sample {
  readonly name: string;
  readonly count?: number;
}

describe('a schema', () => {
  it('does not compile when a field is missing, surplus, or of another type', () => {
    const right: Schema<Sample> = { 'name!': 'string', count: 'int32' };
    // @ts-expect-error count is missing
    const missing: Schema<Sample> = { 'name!': 'string' };
    // @ts-expect-error there is no such field
    const surplus: Schema<Sample> = { 'name!': 'string', count: 'int32', size: 'int32' };
    // @ts-expect-error name is required
    const optional: ObjectSchema<Sample> = { name: 'string', count: 'int32' };
    // @ts-expect-error count is a number
    const wrong: Schema<Sample> = { 'name!': 'string', count: 'string' };
    expect([right, missing, surplus, optional, wrong]).toHaveLength(5);
  });
});
