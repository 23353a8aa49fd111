/** Objects that many tests with kubectl need, in their smallest form. */

export interface SleeperOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly spec?: Readonly<Record<string, unknown>>;
}

const container = { name: 'c', image: 'localhost/busybox:root', command: ['sleep', '3600'] };

/** A pod that does nothing, and ends at once when it is told to. */
export function sleeper(name: string, options: SleeperOptions = {}): object {
  const { labels, container: more, spec } = options;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...(labels && { labels }) },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ ...container, ...more }], ...spec },
  };
}

/** A Deployment of such pods, labelled `app: NAME`. */
export function sleepers(name: string, replicas: number, options: SleeperOptions = {}): object {
  const labels = { app: name, ...options.labels };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ ...container, ...options.container }],
          ...options.spec,
        },
      },
    },
  };
}

/** A pod that runs a line of shell. */
export function shell(name: string, script: string, options: SleeperOptions = {}): object {
  return sleeper(name, { ...options, container: { command: ['sh', '-c', script], ...options.container } });
}

/**
 * One ordinary manifest of each kind that people write, as they write it: what has a default is left out, but in lists that
 * are replaced as a whole: of these kubectl sees a difference, on every cluster.
 */
export const EVERY_KIND: readonly object[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'every-kind' } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'all' }, data: { a: '1' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'all' }, data: { a: 'MQ==' } },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'all' },
    imagePullSecrets: [{ name: 'all' }],
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'all' },
    spec: { selector: { app: 'all' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'all-headless' },
    spec: { clusterIP: 'None', selector: { app: 'all' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'all-node-port' },
    spec: { type: 'NodePort', selector: { app: 'all' }, ports: [{ port: 80 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'every-kind' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'every-kind',
      hostPath: { path: '/nowhere' },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'all' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
  },
  sleepers('all', 1, {
    container: {
      env: [
        { name: 'A', value: 'b' },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'CM', valueFrom: { configMapKeyRef: { name: 'all', key: 'a' } } },
      ],
      envFrom: [{ secretRef: { name: 'all' } }],
      ports: [{ containerPort: 8080, name: 'http' }],
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '1' } },
      livenessProbe: { exec: { command: ['true'] } },
      readinessProbe: { exec: { command: ['true'] }, periodSeconds: 1 },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'config', mountPath: '/config' }],
    },
    spec: {
      serviceAccountName: 'all',
      volumes: [
        {
          name: 'config',
          projected: { sources: [{ configMap: { name: 'all' } }, { secret: { name: 'all' } }] },
        },
        { name: 'empty', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        { name: 'host', hostPath: { path: '/etc' } },
        { name: 'claim', persistentVolumeClaim: { claimName: 'all' } },
        {
          name: 'fields',
          downwardAPI: {
            items: [{ path: 'l', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } }],
          },
        },
      ],
    },
  }),
  {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'all-rs' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'all-rs' } },
      template: { metadata: { labels: { app: 'all-rs' } }, spec: { containers: [container] } },
    },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'all' },
    spec: {
      template: { spec: { restartPolicy: 'Never', containers: [{ ...container, command: ['true'] }] } },
    },
  },
  sleeper('all', { spec: { hostUsers: false, hostname: 'all' } }),
  {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'all' },
    spec: { holderIdentity: 'me', leaseDurationSeconds: 10, renewTime: '2026-01-01T00:00:00.000000Z' },
  },
  {
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'every-kind' },
    handler: 'runc',
  },
];
