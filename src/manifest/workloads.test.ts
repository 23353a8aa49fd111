import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readManifests } from './read-manifests.ts';
import { type Workload, type WorkloadOptions, workloadsOf } from './workloads.ts';

async function workloads(text: string, options?: WorkloadOptions): Promise<readonly Workload[]> {
  return workloadsOf(await readManifests(['-'], { stdin: Readable.from([text]) }), options);
}

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      containers:
      - name: a
        image: nginx:1
`;

const CUSTOM = `apiVersion: x.io/v1
kind: Rollout
metadata: {name: r}
spec:
  template:
    spec:
      concurrency: 3
      containers: [{name: a, image: i}]
  workload:
    podTemplate:
      spec:
        containers: [{name: b, image: i}]
`;

function visitedPod(uid: string): string {
  const head = `apiVersion: v1\nkind: Pod\nmetadata: {name: p${uid}}\n`;
  return `${head}spec:\n  containers: [{name: a, image: i}]\n  ephemeralContainers: [{name: e, image: i}]\n`;
}

describe('workloads', () => {
  it('are pods, defaulted and raw, with the place of every field', async () => {
    const [web] = await workloads(
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n${DEPLOYMENT}`,
    );
    expect(web).toMatchObject({
      source: { file: '-', document: 1, line: 5 },
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      templatePath: ['spec', 'template'],
      findings: [],
    });
    expect(web?.pod.spec.containers[0]?.imagePullPolicy).toBe('IfNotPresent');
    expect(web?.rawPod.spec.containers[0]).toEqual({ name: 'a', image: 'nginx:1' });
    expect(web?.locate(['spec', 'containers', 0, 'image'])).toEqual({ line: 15, column: 9 });
    expect(web?.locate(['spec', 'hostUsers'])).toEqual({ line: 12, column: 5 });
  });

  it('of custom resources are found at spec.template, or where the user says', async () => {
    const [found] = await workloads(CUSTOM);
    expect(found?.pod.spec.containers[0]?.name).toBe('a');
    expect(found?.findings.map((it) => it.message)).toEqual([
      'unknown field "spec.template.spec.concurrency" in the pod template of a Rollout is not read',
    ]);
    const [named] = await workloads(CUSTOM, { templatePath: 'spec.workload.podTemplate' });
    expect(named?.templatePath).toEqual(['spec', 'workload', 'podTemplate']);
    expect(named?.pod.metadata).toMatchObject({ name: 'r', namespace: 'default' });
    expect(named?.locate(['spec', 'containers', 0])).toEqual({ line: 12, column: 22 });
  });

  it('of custom resources are refused like others', async () => {
    const text = CUSTOM.replace('{name: a, image: i}', '{name: A, image: i, tty: 3}');
    await expect(workloads(text)).rejects.toMatchObject({
      problems: [
        'standard input:8:40  spec.template.spec.containers[0].tty: expected a boolean, found the number 3',
      ],
    });
    await expect(workloads(CUSTOM.replace('image: i', 'image: " i"'))).rejects.toMatchObject({
      problems: [
        expect.stringContaining('8:30  spec.template.spec.containers[0].image: Invalid value: " i"'),
      ],
    });
  });

  it('warn of ephemeral containers in a pod that is to be created', async () => {
    const [created] = await workloads(visitedPod(''));
    expect(created?.findings.map((it) => it.message)).toEqual([
      'spec.ephemeralContainers: Forbidden: cannot be set on create',
    ]);
    const [running] = await workloads(visitedPod(', uid: u'));
    expect(running?.findings).toEqual([]);
  });

  it('are none of objects without a pod', async () => {
    expect(await workloads('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n')).toEqual([]);
    expect(
      await workloads(
        'apiVersion: x.io/v1\nkind: Thing\nmetadata: {name: c}\nspec: {template: {spec: {}}}\n',
      ),
    ).toEqual([]);
  });

  it('need a template path of fields', async () => {
    await expect(workloads(CUSTOM, { templatePath: 'spec..x' })).rejects.toMatchObject({ code: 'usage' });
  });
});
