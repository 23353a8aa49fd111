import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, test } from 'vitest';
import { findingsOf } from '../core/check-finding.ts';
import type { CheckReport, ContainerReport } from '../core/contract/check-report.ts';
import type { Image } from '../image/image.ts';
import { checkManifest } from './check-manifest.ts';

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'c',
        image: 'web:1.0',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
} satisfies V1Pod;

function onlyContainer({ workloads }: CheckReport): ContainerReport {
  const [container] = workloads.flatMap(({ containers }) => containers);
  if (container === undefined) throw new Error('no container');
  return container;
}

function uidWith(images: Record<string, { User: string }>): unknown {
  return onlyContainer(checkManifest(POD, { images })).confinement['user']?.value;
}

test('an object is judged as its text would be', () => {
  const { source, ...ofObject } = checkManifest(POD).workloads[0] ?? {};
  const { source: sourceOfText, ...ofText } = checkManifest(JSON.stringify(POD)).workloads[0] ?? {};
  expect(ofObject).toEqual(ofText);
  expect(source).toEqual(sourceOfText);
  expect(ofObject).toMatchObject({
    kind: 'Pod',
    name: 'web',
    admission: { level: 'restricted', allowed: true },
  });
});

test('the line of an object says which of a list it is', () => {
  const { workloads } = checkManifest([POD, { ...POD, metadata: { name: 'second' } }]);
  expect(workloads.map(({ name, source }) => [name, source.line])).toEqual([
    ['web', 1],
    ['second', 2],
  ]);
});

test('a List, and several documents of a text, are all their objects', () => {
  const list = { apiVersion: 'v1', kind: 'List', items: [POD, POD] };
  expect(checkManifest(list).summary.workloads).toBe(2);
  const text = JSON.stringify(POD);
  expect(checkManifest(`${text}\n---\n${text}\n`).summary.workloads).toBe(2);
});

test('namespaces of the same manifest decide the level', () => {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'default', labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
  };
  expect(checkManifest([namespace, POD]).workloads[0]?.admission.level).toBe('privileged');
  expect(checkManifest([namespace, POD], { level: 'baseline' }).workloads[0]?.admission.level).toBe(
    'baseline',
  );
});

test('a member that no Kubernetes object has is a problem, and hides no other object', () => {
  const typo = { ...POD, spec: { ...POD.spec, securtyContext: {} } };
  const { problems, summary } = checkManifest([typo, POD]);
  expect(problems).toMatchObject([{ file: 'manifest', message: 'unknown field "spec.securtyContext"' }]);
  expect(summary.problems).toBe(1);
  expect(summary.workloads).toBeGreaterThan(0);
});

test('an annotation that accepts a finding counts nothing: no cluster knows it', () => {
  const annotations = { 'podproof.dev/ignore': 'privileged: a test' };
  const privileged = {
    ...POD,
    metadata: { name: 'web', annotations },
    spec: { containers: [{ name: 'c', image: 'a', securityContext: { privileged: true } }] },
  };
  const report = checkManifest(privileged, { level: 'baseline' });
  expect(report.summary).toMatchObject({ denied: 1, suppressed: 0 });
});

describe('images', () => {
  test('of one that nobody tells of it is said so', () => {
    expect(onlyContainer(checkManifest(POD))).toMatchObject({ imageKnown: 'unknown' });
    expect(findingsOf(checkManifest(POD)).map(({ rule }) => rule)).toContain('image-user-unknown');
  });

  test('the USER is enough to know whether it starts', () => {
    const numeric = checkManifest(POD, { images: { 'web:1.0': { User: '1654' } } });
    expect(onlyContainer(numeric)).toMatchObject({
      imageKnown: 'config',
      start: { ok: true },
      confinement: { user: { value: { uid: 1654 }, from: 'image USER 1654' } },
    });
    expect(onlyContainer(numeric)).not.toHaveProperty('imageDigest');
    const named = checkManifest(POD, { images: { 'web:1.0': { User: 'app' } } });
    expect(onlyContainer(named).start).toMatchObject({ ok: false, reason: 'CreateContainerConfigError' });
  });

  test('a configuration without USER is of an image that runs as root', () => {
    const { start } = onlyContainer(checkManifest(POD, { images: { 'web:1.0': { Cmd: ['node'] } } }));
    expect(start).toMatchObject({ ok: false, message: expect.stringContaining('image will run as root') });
  });

  test('what docker inspect shows is taken as it is, with its nulls', () => {
    const config = { Hostname: '', User: '1654', Entrypoint: null, Cmd: ['node'], ArgsEscaped: true };
    expect(onlyContainer(checkManifest(POD, { images: { 'web:1.0': config } })).start.ok).toBe(true);
  });

  test('what describeImage answers is taken with its accounts and its digest', () => {
    const image: Image = {
      reference: 'oci:build/web',
      digest: 'sha256:1',
      config: {
        architecture: 'amd64',
        os: 'linux',
        config: { User: 'app' },
        rootfs: { type: 'layers', diff_ids: [] },
      },
      accounts: {
        passwd: [{ name: 'app', uid: 1654, gid: 1654, gecos: '', home: '/', shell: '' }],
        group: [],
      },
    };
    expect(onlyContainer(checkManifest(POD, { images: { 'web:1.0': image } }))).toMatchObject({
      imageKnown: 'yes',
      imageDigest: 'sha256:1',
      confinement: { user: { value: { uid: 1654 } } },
    });
  });

  test('a name stands for all of its tags, and a tag goes first', () => {
    expect(uidWith({ web: { User: '1' } })).toMatchObject({ uid: 1 });
    expect(uidWith({ web: { User: '1' }, 'web:1.0': { User: '2' } })).toMatchObject({ uid: 2 });
    expect(uidWith({ 'web:2.0': { User: '3' } })).toMatchObject({ uid: null });
  });

  test.each([
    [{ web: 'node' }, 'cannot use images["web"]: expected an object: write  { User: \'1654\' }'],
    [{ web: { user: '1' } }, 'cannot use images["web"]: it has no member "user": did you mean "User"'],
    [{ web: { User: 1654 } }, 'cannot read images["web"].User: it is not text'],
    [{ web: { Config: { User: '1' } } }, 'pass its member "Config"'],
    [[], 'write what is known by reference'],
  ])('what describes none is refused: %j', (images, message) => {
    // @ts-expect-error as a program without types calls it
    expect(() => checkManifest(POD, { images })).toThrow(message);
  });
});

describe('options that there are not are refused, so that nothing is judged by others in silence', () => {
  test.each([
    [
      { level: 'Restricted' },
      'option "level" cannot be "Restricted": it is privileged, baseline, restricted',
    ],
    [{ version: '1.36' }, 'option "version" cannot be "1.36": it is a version like v1.36, or latest'],
    [{ profile: 'docker' }, 'option "profile" cannot be "docker": it is containerd, cri-o'],
    [{ levle: 'baseline' }, 'unknown option "levle": did you mean "level"'],
    ['baseline', "write an object, as { level: 'restricted' }"],
    [null, 'cannot use null as options'],
  ])('%j', (options, message) => {
    // @ts-expect-error as a program without types calls it
    expect(() => checkManifest(POD, options)).toThrow(message);
  });

  test('one that is undefined is as good as left out', () => {
    expect(checkManifest(POD, { level: undefined, images: undefined }).summary.denied).toBe(0);
  });
});
