import type { FieldPath } from '../../core/field-path.ts';
import { forbidden, invalid, notSupported, required } from '../field-error.ts';
import type { IntOrString } from '../meta.ts';
import type {
  Container,
  HttpGetAction,
  Lifecycle,
  LifecycleHandler,
  PodSpec,
  Probe,
  ProbeHandler,
} from '../pod.ts';
import { httpHeaderName, portName, portNumber } from './names.ts';
import { check, checkNotNegative, checkSupported, type Errors, each, requireText } from './rules.ts';

/** The probes and hooks of a container that may have them. */
export function* validateHandlers(container: Container, spec: PodSpec, path: FieldPath): Errors {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle !== undefined) yield* checkLifecycle(lifecycle, spec, [...path, 'lifecycle']);
  if (livenessProbe !== undefined) yield* checkSingleSuccessProbe(livenessProbe, [...path, 'livenessProbe']);
  if (readinessProbe !== undefined) yield* checkReadinessProbe(readinessProbe, [...path, 'readinessProbe']);
  if (startupProbe !== undefined) yield* checkSingleSuccessProbe(startupProbe, [...path, 'startupProbe']);
}

function* checkSingleSuccessProbe(probe: Probe, path: FieldPath): Errors {
  yield* checkProbe(probe, path);
  if (probe.successThreshold !== 1) {
    yield invalid([...path, 'successThreshold'], probe.successThreshold ?? 0, 'must be 1');
  }
}

function* checkReadinessProbe(probe: Probe, path: FieldPath): Errors {
  yield* checkProbe(probe, path);
  const { terminationGracePeriodSeconds } = probe;
  if (terminationGracePeriodSeconds !== undefined) {
    const place = [...path, 'terminationGracePeriodSeconds'];
    yield invalid(place, terminationGracePeriodSeconds, 'must not be set for readinessProbes');
  }
}

function* checkProbe(probe: Probe, path: FieldPath): Errors {
  yield* checkHandler(probe, path);
  const counts = [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const;
  for (const field of counts) yield* checkNotNegative(probe[field], [...path, field]);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    yield invalid([...path, 'terminationGracePeriodSeconds'], grace, 'must be greater than 0');
  }
}

function* checkHandler(
  handler: ProbeHandler & LifecycleHandler,
  path: FieldPath,
  graceSeconds?: number,
): Errors {
  const kinds = (['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const).filter(
    (it) => handler[it] !== undefined,
  );
  const [first, ...more] = kinds;
  if (first === undefined) yield required(path, 'must specify a handler type');
  else yield* checkAction(handler, first, [...path, first], graceSeconds);
  for (const kind of more) yield forbidden([...path, kind], 'may not specify more than 1 handler type');
}

function* checkAction(
  handler: ProbeHandler & LifecycleHandler,
  kind: 'exec' | 'httpGet' | 'tcpSocket' | 'grpc' | 'sleep',
  path: FieldPath,
  graceSeconds: number | undefined,
): Errors {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (kind === 'exec' && (exec?.command ?? []).length === 0) yield required([...path, 'command']);
  if (kind === 'httpGet' && httpGet !== undefined) yield* checkHttpGet(httpGet, path);
  if (kind === 'tcpSocket' && tcpSocket !== undefined) yield* checkPort(tcpSocket.port, [...path, 'port']);
  if (kind === 'grpc' && grpc !== undefined) yield* check(portNumber, grpc.port, [...path, 'port']);
  if (kind !== 'sleep' || sleep === undefined || graceSeconds === undefined) return;
  if (sleep.seconds < 0 || sleep.seconds > graceSeconds) {
    const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
    yield invalid(path, sleep.seconds, detail);
  }
}

function* checkHttpGet(action: HttpGetAction, path: FieldPath): Errors {
  yield* requireText(action.path, [...path, 'path']);
  yield* checkPort(action.port, [...path, 'port']);
  yield* checkSupported(action.scheme, ['HTTP', 'HTTPS'], [...path, 'scheme']);
  for (const [header, at] of each(action.httpHeaders, [...path, 'httpHeaders'])) {
    for (const error of check(httpHeaderName, header.name, [...path, 'httpHeaders'])) yield { ...error, at };
  }
}

function* checkPort(port: IntOrString, path: FieldPath): Errors {
  if (typeof port === 'number') yield* check(portNumber, port, path);
  else yield* check(portName, port, path);
}

function* checkLifecycle(lifecycle: Lifecycle, spec: PodSpec, path: FieldPath): Errors {
  const { postStart, preStop, stopSignal } = lifecycle;
  const grace = spec.terminationGracePeriodSeconds;
  if (postStart !== undefined) yield* checkHandler(postStart, [...path, 'postStart'], grace);
  if (preStop !== undefined) yield* checkHandler(preStop, [...path, 'preStop'], grace);
  if (stopSignal !== undefined) yield* checkStopSignal(stopSignal, spec, [...path, 'stopSignal']);
}

function* checkStopSignal(signal: string, spec: PodSpec, path: FieldPath): Errors {
  const os = spec.os?.name;
  if (os === undefined) {
    yield forbidden(path, 'may not be set for containers with empty `spec.os.name`');
  } else if (os === 'windows') {
    yield* checkSupported(signal, ['SIGKILL', 'SIGTERM'], path);
  } else if (!LINUX_SIGNALS.includes(signal)) {
    yield notSupported(path, signal, LINUX_SIGNALS);
  }
}

const NAMED_SIGNALS =
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX';

/** The signals that `lifecycle.stopSignal` may name on Linux, sorted. */
const LINUX_SIGNALS: readonly string[] = [
  ...NAMED_SIGNALS.split(' '),
  ...Array.from({ length: 15 }, (_, index) => `RTMIN+${index + 1}`),
  ...Array.from({ length: 14 }, (_, index) => `RTMAX-${index + 1}`),
]
  .map((it) => `SIG${it}`)
  .toSorted();
