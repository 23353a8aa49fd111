import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode-object.ts';
import { formatFieldError } from './field-error.ts';
import { validateObject } from './validate-object.ts';

function errorsOf(data: object): readonly string[] {
  const { value, problems } = decodeObject({ apiVersion: 'v1', kind: 'Pod', ...data });
  expect(problems).toEqual([]);
  return validateObject(value).map(formatFieldError);
}

function pod(spec: object, metadata: object = {}): { readonly metadata: object; readonly spec: object } {
  return { metadata: { name: 'a', ...metadata }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } };
}

function list<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

describe('names that every JavaScript object knows', () => {
  it.each(['constructor', 'hasOwnProperty', 'toString', '__proto__'])(
    '%s is a kind like any other',
    (kind) => {
      expect(errorsOf({ apiVersion: 'example.com/v1', kind, metadata: { name: 'a' } })).toEqual([]);
      expect(errorsOf({ apiVersion: 'example.com/v1', kind, metadata: { name: 'A' } })).toHaveLength(1);
    },
  );

  it('are labels only where they are written', () => {
    const selector = { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] };
    const { spec } = pod({});
    const selecting = (labels: object): object => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { selector, template: { metadata: { labels }, spec } },
    });
    expect(errorsOf(selecting({ constructor: 'x' }))).toEqual([]);
    expect(errorsOf(selecting({ app: 'x' }))).toEqual([
      'spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`',
    ]);
  });

  it('are no limits that nobody wrote', () => {
    const resources = { limits: { cpu: '1' }, requests: { toString: '1' } };
    const place = 'spec.containers[0].resources.requests[toString]';
    expect(errorsOf(pod({ containers: [{ name: 'c', image: 'i', resources }] }))).toEqual([
      `${place}: Invalid value: "toString": must be a standard resource type or fully qualified`,
      `${place}: Invalid value: "toString": must be a standard resource for containers`,
    ]);
  });
});

const COUNT = 20_000;
const APPARMOR = 'container.apparmor.security.beta.kubernetes.io';
const containers = list(COUNT, (index) => ({ name: `c${index}`, image: 'i' }));

/** Each took minutes while one list was searched for every item of another. */
describe('an object of megabytes is judged in one go', () => {
  it('containers and volumes', () => {
    const volumes = list(COUNT, (index) => ({ name: `v${index}` }));
    expect(errorsOf(pod({ containers, volumes }))).toEqual([]);
  });

  it('mounts and devices', () => {
    const container = {
      name: 'c',
      image: 'i',
      volumeMounts: list(COUNT, (index) => ({ name: `v${index}`, mountPath: `/m${index}` })),
      volumeDevices: list(COUNT, (index) => ({ name: `d${index}`, devicePath: `/d${index}` })),
    };
    expect(errorsOf(pod({ containers: [container] }))).toHaveLength(2 * COUNT);
  });

  it('claims: a long list of them is cut in each message', () => {
    const resourceClaims = list(COUNT, (index) => ({ name: `y${index}` }));
    const claims = list(COUNT, (index) => ({ name: `x${index}` }));
    const errors = errorsOf(
      pod({ resourceClaims, containers: [{ name: 'c', image: 'i', resources: { claims } }] }),
    );
    expect(errors).toHaveLength(COUNT);
    expect(errors[0]).toMatch(/must be one of the names in pod\.spec\.resourceClaims: y0, y1, .*\.\.\.$/);
    expect(errors[0]?.length).toBeLessThan(2200);
  });

  it('AppArmor annotations', () => {
    const annotations = Object.fromEntries(containers.map(({ name }) => [`${APPARMOR}/${name}`, 'x']));
    const errors = errorsOf(pod({ containers }, { annotations }));
    expect(errors.filter((it) => it.includes('invalid AppArmor profile name'))).toHaveLength(COUNT);
  });

  it('capabilities that are refused', () => {
    const securityContext = {
      allowPrivilegeEscalation: false,
      capabilities: { add: list(COUNT, () => 'CAP_SYS_ADMIN') },
    };
    expect(errorsOf(pod({ containers: [{ name: 'c', image: 'i', securityContext }] }))).toHaveLength(COUNT);
  });

  it('a name of megabytes', () => {
    const name = `${'a.'.repeat(5_000_000)}a`;
    expect(errorsOf(pod({}, { name }))[0]).toMatch(/must be no more than 253 characters$/);
  });
});
