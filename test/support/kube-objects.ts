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
