import { describe, expect, test } from 'vitest';
// oxlint-disable-next-line no-unassigned-import -- as its users import it
import './vitest.ts';

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      securityContext:
        runAsNonRoot: true
        seccompProfile: {type: RuntimeDefault}
      containers:
        - name: web
          image: web:1.0
          securityContext:
            capabilities: {drop: [ALL]}
`;
const ADMITTED = DEPLOYMENT.replace(
  '{drop: [ALL]}',
  '{drop: [ALL]}\n            allowPrivilegeEscalation: false',
);
const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } };

function pod(spec: object, name = 'web'): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

function failure(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error('the assertion holds');
}

describe('toBeAdmitted', () => {
  test('holds for what a cluster would let in', () => {
    expect(ADMITTED).toBeAdmitted();
    expect(ADMITTED).toBeAdmitted({ level: 'restricted', version: 'latest' });
    expect(DEPLOYMENT).not.toBeAdmitted();
    expect(DEPLOYMENT).toBeAdmitted({ level: 'baseline' });
    expect([CONFIG_MAP, pod({ containers: [{ name: 'c', image: 'a' }] })]).toBeAdmitted({
      level: 'baseline',
    });
  });

  test('says what the cluster would print, where, and what to write', () => {
    expect(failure(() => expect(DEPLOYMENT).toBeAdmitted())).toBe(
      `expected every pod of the manifest to be admitted

Deployment shop/web
  violates PodSecurity "restricted:v1.36": allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)
    line 15  write securityContext.allowPrivilegeEscalation: false in container "web"`,
    );
  });

  test('names the field of an object, which has no lines', () => {
    const hostPid = pod({ hostPID: true, containers: [{ name: 'c', image: 'a' }] });
    expect(failure(() => expect(hostPid).toBeAdmitted({ level: 'baseline' }))).toBe(
      `expected every pod of the manifest to be admitted

Pod default/web
  violates PodSecurity "baseline:v1.36": host namespaces (hostPID=true)
    spec.hostPID  write hostPID: false in pod`,
    );
  });

  test('what the API server would refuse is not admitted', () => {
    const invalid = pod({ containers: [{ name: 'c' }] });
    expect(invalid).not.toBeAdmitted({ level: 'privileged' });
    expect(failure(() => expect(invalid).toBeAdmitted({ level: 'privileged' }))).toBe(
      `expected every pod of the manifest to be admitted

Pod default/web
  the API server would refuse it: spec.containers[0].image: Required value`,
    );
  });

  test('with .not, says what would be admitted and by what level', () => {
    expect(failure(() => expect(ADMITTED).not.toBeAdmitted())).toBe(
      `expected a pod of the manifest to be refused, and all would be admitted

Deployment shop/web  restricted:v1.36`,
    );
  });

  test('an annotation that accepts a finding does not let anything in', () => {
    const annotated = DEPLOYMENT.replace(
      'namespace: shop}',
      'namespace: shop, annotations: {podproof.dev/ignore: "allowPrivilegeEscalation: later"}}',
    );
    expect(annotated).not.toBeAdmitted();
  });

  test('of many only the first are told', () => {
    const pods = Array.from({ length: 12 }, (_, index) => pod({ containers: [] }, `web-${index}`));
    const message = failure(() => expect(pods).toBeAdmitted());
    expect(message).toContain('Pod default/web-9');
    expect(message).not.toContain('Pod default/web-10');
    expect(message.endsWith('\n\nand 2 more')).toBe(true);
  });

  test('names of a manifest cannot move the cursor of whoever reads the log', () => {
    const message = failure(() => expect(pod({ containers: [] }, 'a\u001b[2J')).toBeAdmitted());
    expect(message).toContain('a\\u001b[2J');
    expect(message).not.toContain('\u001b');
  });
});

describe('toStart', () => {
  test('holds where the kubelet and the runtime refuse nothing', () => {
    expect(ADMITTED).toStart({ images: { web: { User: '1654' } } });
    expect(ADMITTED).not.toStart({ images: { web: { User: 'app' } } });
    expect(pod({ containers: [{ name: 'c', image: 'a' }] })).toStart();
    expect(pod({ hostPID: true, containers: [{ name: 'c', image: 'a' }] })).toStart();
  });

  test('says what the kubelet would print, where, and what to write', () => {
    expect(failure(() => expect(ADMITTED).toStart({ images: { 'web:1.0': { User: 'app' } } }))).toBe(
      `expected every container of the manifest to start

Deployment shop/web, container "web"
  CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root (pod: "web_shop()", container: web)
    line 9  write runAsUser with the uid of app (podproof image pull web:1.0 reads it)`,
    );
  });

  test('where nobody tells who the image runs as, neither it nor .not passes', () => {
    const message = failure(() => expect(ADMITTED).toStart());
    expect(message).toBe(
      `expected every container of the manifest to start, and that cannot be known

Deployment shop/web, container "web"
  whether runAsNonRoot lets it start depends on the USER of the image, which is not at hand
    line 9  write runAsUser with a number, or tell the matcher: { images: { 'web:1.0': { User: '1000' } } }`,
    );
    expect(failure(() => expect(ADMITTED).not.toStart())).toBe(message);
  });

  test('with .not, says which would start', () => {
    expect(failure(() => expect(pod({ containers: [{ name: 'c', image: 'a' }] })).not.toStart())).toBe(
      `expected a container of the manifest not to start, and all would

Pod default/web, container "c"`,
    );
  });
});

describe('a test of nothing fails, also with .not', () => {
  test.each([
    ['an empty text', '', 'no Kubernetes object: the text is empty'],
    ['an empty list', [], 'no Kubernetes object: the list is empty'],
    ['a text that is no object', 'web', 'line 1, column 1  expected a Kubernetes object, found "web"'],
    ['broken YAML', 'kind: [\n', 'line 2, column 1'],
    ['a field that there is not', pod({ containres: [] }), 'unknown field "spec.containres"'],
    ['one object of a list', [CONFIG_MAP, { kind: 'Pod' }], '[1]  apiVersion not set'],
    ['no workload', CONFIG_MAP, 'expected a manifest with a workload, and there is none in it'],
    ['null', null, 'expected text, an object or a list of objects, found null'],
    ['a promise', Promise.resolve(ADMITTED), 'found a Promise: await it'],
  ])('%s', (_, manifest, message) => {
    for (const assertion of [
      () => expect(manifest).toBeAdmitted(),
      () => expect(manifest).not.toBeAdmitted(),
      () => expect(manifest).toStart(),
      () => expect(manifest).not.toStart(),
    ]) {
      expect(failure(assertion)).toContain(message);
    }
  });

  test('options that there are not', () => {
    // @ts-expect-error there is no such level
    expect(failure(() => expect(DEPLOYMENT).not.toBeAdmitted({ level: 'strict' }))).toContain(
      'it is privileged',
    );
  });
});

test('a promise is awaited as with every matcher', async () => {
  await expect(Promise.resolve(ADMITTED)).resolves.toBeAdmitted();
});
