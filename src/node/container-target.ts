import type { IntOrString } from '../kube/meta.ts';
import type { Container } from '../kube/pod.ts';
import type { Engine, RuntimeContainer } from '../runtime/engine.ts';

/** A running container as probes and hooks reach it. */
export interface ContainerTarget {
  readonly engine: Pick<Engine, 'exec'>;
  readonly container: Container;
  readonly runtimeContainer: RuntimeContainer;
  /** The pod's address; the node's own loopback for a pod in its network; undefined without any network. */
  readonly address: string | undefined;
}

/** A port by number or by the name that the container gives it; throws the kubelet's text. */
export function resolvePort(container: Container, port: IntOrString): number {
  const number = typeof port === 'number' ? port : findPort(container, port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`invalid port number: ${number}`);
}

function findPort(container: Container, name: string): number {
  const named = container.ports?.find((candidate) => candidate.name === name);
  if (named !== undefined) return named.containerPort;
  if (/^\d+$/.test(name)) return Number(name);
  throw new Error(`couldn't find port: ${name} in container ${container.name}`);
}
