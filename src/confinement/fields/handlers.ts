import { carriedOut, noted, type Treatments } from '../../core/treatment.ts';
import type { Lifecycle, LifecycleHandler, Probe } from '../../kube/pod.ts';

const watched = 'src/node/probes/watch-probe.test.ts';
const probed = 'src/node/probes/probe.test.ts';
const lifecycle = 'test/integration/pod-lifecycle.test.ts';
const hooks = 'src/node/lifecycle-hooks.test.ts';

export const probeTreatments: Treatments<Probe> = {
  exec: carriedOut(lifecycle),
  httpGet: carriedOut(probed, lifecycle),
  tcpSocket: carriedOut(probed),
  grpc: carriedOut(probed),
  initialDelaySeconds: carriedOut(watched),
  timeoutSeconds: carriedOut(probed),
  periodSeconds: carriedOut(watched),
  successThreshold: carriedOut(watched),
  failureThreshold: carriedOut(watched),
  terminationGracePeriodSeconds: carriedOut(lifecycle),
};

export const lifecycleTreatments: Treatments<Lifecycle> = {
  postStart: carriedOut(lifecycle),
  preStop: carriedOut(lifecycle, hooks),
  stopSignal: carriedOut('src/node/stop-signal.test.ts'),
};

export const lifecycleHandlerTreatments: Treatments<LifecycleHandler> = {
  exec: carriedOut(lifecycle),
  httpGet: carriedOut(hooks),
  tcpSocket: noted('it does nothing in a hook, in Kubernetes neither'),
  sleep: carriedOut(hooks),
};
