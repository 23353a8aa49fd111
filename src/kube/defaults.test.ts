import { describe, expect, it } from 'vitest';
import { applyDefaults } from './defaults.ts';
import type { Container, Pod, PodSpec } from './pod.ts';

function podWith(spec: Partial<PodSpec>, metadata: Pod['metadata'] = { name: 'p' }): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'a', image: 'nginx' }], ...spec },
  };
}

function containerOf(container: Partial<Container>, spec: Partial<PodSpec> = {}): Container | undefined {
  return applyDefaults(podWith({ ...spec, containers: [{ name: 'a', image: 'nginx', ...container }] })).spec
    .containers[0];
}

describe('API defaulting', () => {
  it('fills the pod', () => {
    const { metadata, spec } = applyDefaults(podWith({}));
    expect(metadata.namespace).toBe('default');
    expect(spec).toMatchObject({
      securityContext: {},
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      enableServiceLinks: true,
      schedulerName: 'default-scheduler',
    });
    expect(spec).not.toHaveProperty('volumes');
    expect(spec).not.toHaveProperty('hostUsers');
  });

  it('fills a container', () => {
    expect(containerOf({})).toEqual({
      name: 'a',
      image: 'nginx',
      resources: {},
      imagePullPolicy: 'Always',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
    });
  });

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/nginx', 'Always'],
    ['localhost:5000/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:abc', 'IfNotPresent'],
    ['nginx:latest@sha256:abc', 'Always'],
  ])('pulls %s: %s', (image, policy) => {
    expect(containerOf({ image })?.imagePullPolicy).toBe(policy);
  });

  it('copies limits to missing requests', () => {
    const resources = containerOf({
      resources: { limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: '100m' } },
    })?.resources;
    expect(resources?.requests).toEqual({ cpu: '100m', memory: '1Gi' });
  });

  it('gives ports their protocol, and the host port of a host-networked pod', () => {
    expect(containerOf({ ports: [{ containerPort: 80 }] })?.ports).toEqual([
      { containerPort: 80, protocol: 'TCP' },
    ]);
    expect(containerOf({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })?.ports).toEqual([
      { containerPort: 80, protocol: 'TCP', hostPort: 80 },
    ]);
  });

  it('fills probes and hooks', () => {
    const container = containerOf({
      livenessProbe: { httpGet: { port: 80 }, periodSeconds: 3 },
      lifecycle: { preStop: { httpGet: { port: 1 } } },
    });
    expect(container?.livenessProbe).toEqual({
      httpGet: { port: 80, path: '/', scheme: 'HTTP' },
      timeoutSeconds: 1,
      periodSeconds: 3,
      successThreshold: 1,
      failureThreshold: 3,
    });
    expect(container?.lifecycle?.preStop?.httpGet).toEqual({ port: 1, path: '/', scheme: 'HTTP' });
  });

  it('fills volumes', () => {
    const volumes = [
      { name: 'e' },
      { name: 's', secret: { secretName: 's' } },
      { name: 'c', configMap: { name: 'c', defaultMode: 0o400 } },
      { name: 'h', hostPath: { path: '/x' } },
      { name: 'p', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      { name: 'i', image: { reference: 'x:1' } },
    ];
    expect(applyDefaults(podWith({ volumes })).spec.volumes).toEqual([
      { name: 'e', emptyDir: {} },
      { name: 's', secret: { secretName: 's', defaultMode: 0o644 } },
      { name: 'c', configMap: { name: 'c', defaultMode: 0o400 } },
      { name: 'h', hostPath: { path: '/x', type: '' } },
      {
        name: 'p',
        projected: {
          sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }],
          defaultMode: 0o644,
        },
      },
      { name: 'i', image: { reference: 'x:1', pullPolicy: 'IfNotPresent' } },
    ]);
  });

  it('turns old AppArmor annotations into fields, where there is none', () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/p' };
    const pod = podWith({}, { name: 'p', annotations });
    expect(applyDefaults(pod).spec.containers[0]?.securityContext?.appArmorProfile).toEqual({
      type: 'Localhost',
      localhostProfile: 'p',
    });
    const withField = podWith(
      { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } },
      { name: 'p', annotations },
    );
    expect(applyDefaults(withField).spec.containers[0]?.securityContext).toBeUndefined();
  });

  it('knows the deprecated service account field', () => {
    expect(applyDefaults(podWith({ serviceAccount: 'x' })).spec.serviceAccountName).toBe('x');
  });

  it('changes nothing the second time', () => {
    const once = applyDefaults(
      podWith({ volumes: [{ name: 'e' }], initContainers: [{ name: 'i' }], hostNetwork: true }),
    );
    expect(applyDefaults(once)).toEqual(once);
  });
});

const asking = (cpu: string) => ({ resources: { requests: { cpu } } });

// defaultPodRequests of apis/core/v1/defaults.go.
describe('resources of the pod itself', () => {
  const limits = { cpu: '2', memory: '1Gi', 'hugepages-2Mi': '4Mi' };
  const requestsOf = (spec: Partial<Pod['spec']>): unknown =>
    applyDefaults({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { containers: [{ name: 'a' }], resources: { limits }, ...spec },
    }).spec.resources?.requests;

  it('requests are the limits where no container requests any', () => {
    expect(requestsOf({})).toEqual(limits);
  });

  it('requests are those of the containers together, at the start or later, whatever is more', () => {
    const containers = [
      { name: 'a', ...asking('100m') },
      { name: 'b', ...asking('200m') },
    ];
    const sidecar = { name: 's', restartPolicy: 'Always', ...asking('50m') } as const;
    expect(requestsOf({ containers, initContainers: [sidecar] })).toEqual({ ...limits, cpu: '350m' });
    const initContainers = [sidecar, { name: 'i', ...asking('1') }];
    expect(requestsOf({ containers, initContainers })).toEqual({ ...limits, cpu: '1050m' });
  });

  it('what the pod requests stays, and without limits nothing is filled in', () => {
    expect(requestsOf({ resources: { limits, requests: { cpu: '1' } } })).toEqual({ ...limits, cpu: '1' });
    expect(requestsOf({ resources: { requests: { cpu: '1' } } })).toEqual({ cpu: '1' });
  });
});
