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
import type { FieldErrors } from './field-errors.ts';
import { httpHeaderName, portName, portNumber } from './names.ts';
import type { Place } from './place.ts';
import { check, checkNotNegative, checkSupported, each, requireText } from './rules.ts';

/** The probes and hooks of a container that may have them. */
export function validateHandlers(
  errors: FieldErrors,
  container: Container,
  spec: PodSpec,
  place: Place,
): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle !== undefined) checkLifecycle(errors, lifecycle, spec, place.at('lifecycle'));
  if (livenessProbe !== undefined) {
    checkSingleSuccessProbe(errors, livenessProbe, place.at('livenessProbe'));
  }
  if (readinessProbe !== undefined) checkReadinessProbe(errors, readinessProbe, place.at('readinessProbe'));
  if (startupProbe !== undefined) checkSingleSuccessProbe(errors, startupProbe, place.at('startupProbe'));
}

function checkSingleSuccessProbe(errors: FieldErrors, probe: Probe, place: Place): void {
  checkProbe(errors, probe, place);
  const { successThreshold = 0 } = probe;
  if (successThreshold !== 1) errors.invalid(place.at('successThreshold'), successThreshold, 'must be 1');
}

function checkReadinessProbe(errors: FieldErrors, probe: Probe, place: Place): void {
  checkProbe(errors, probe, place);
  const { terminationGracePeriodSeconds: grace } = probe;
  if (grace === undefined) return;
  const detail = 'must not be set for readinessProbes';
  errors.invalid(place.at('terminationGracePeriodSeconds'), grace, detail);
}

function checkProbe(errors: FieldErrors, probe: Probe, place: Place): void {
  checkHandler(errors, probe, place);
  checkNotNegative(errors, probe.initialDelaySeconds, place.at('initialDelaySeconds'));
  checkNotNegative(errors, probe.timeoutSeconds, place.at('timeoutSeconds'));
  checkNotNegative(errors, probe.periodSeconds, place.at('periodSeconds'));
  checkNotNegative(errors, probe.successThreshold, place.at('successThreshold'));
  checkNotNegative(errors, probe.failureThreshold, place.at('failureThreshold'));
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.invalid(place.at('terminationGracePeriodSeconds'), grace, 'must be greater than 0');
  }
}

type Handler = ProbeHandler & LifecycleHandler;

const HANDLER_KINDS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const;

/** Of two kinds the first is looked at, and the second is one too many. */
function checkHandler(errors: FieldErrors, handler: Handler, place: Place, graceSeconds?: number): void {
  let isSet = false;
  for (const kind of HANDLER_KINDS) {
    if (handler[kind] === undefined) continue;
    if (isSet) errors.forbidden(place.at(kind), 'may not specify more than 1 handler type');
    else checkAction(errors, handler, place, graceSeconds);
    isSet = true;
  }
  if (!isSet) errors.required(place, 'must specify a handler type');
}

function checkAction(
  errors: FieldErrors,
  { exec, httpGet, tcpSocket, grpc, sleep }: Handler,
  place: Place,
  graceSeconds: number | undefined,
): void {
  if (exec !== undefined) {
    const { command = [] } = exec;
    if (command.length === 0) errors.required(place.at('exec').at('command'));
  } else if (httpGet !== undefined) {
    checkHttpGet(errors, httpGet, place.at('httpGet'));
  } else if (tcpSocket !== undefined) {
    checkPort(errors, tcpSocket.port, place.at('tcpSocket').at('port'));
  } else if (grpc !== undefined) {
    check(errors, portNumber, grpc.port, place.at('grpc').at('port'));
  } else if (sleep !== undefined && graceSeconds !== undefined) {
    checkSleep(errors, sleep.seconds, graceSeconds, place.at('sleep'));
  }
}

function checkSleep(errors: FieldErrors, seconds: number, graceSeconds: number, place: Place): void {
  if (seconds >= 0 && seconds <= graceSeconds) return;
  const detail = `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`;
  errors.invalid(place, seconds, detail);
}

const SCHEMES = ['HTTP', 'HTTPS'];

function checkHttpGet(errors: FieldErrors, action: HttpGetAction, place: Place): void {
  requireText(errors, action.path, place.at('path'));
  checkPort(errors, action.port, place.at('port'));
  checkSupported(errors, action.scheme, SCHEMES, place.at('scheme'));
  const headers = place.at('httpHeaders');
  each(action.httpHeaders, headers, ({ name }, at) => {
    check(errors, httpHeaderName, name, at.namedAs(headers));
  });
}

function checkPort(errors: FieldErrors, port: IntOrString, place: Place): void {
  if (typeof port === 'number') check(errors, portNumber, port, place);
  else check(errors, portName, port, place);
}

function checkLifecycle(errors: FieldErrors, lifecycle: Lifecycle, spec: PodSpec, place: Place): void {
  const { postStart, preStop, stopSignal } = lifecycle;
  const grace = spec.terminationGracePeriodSeconds;
  if (postStart !== undefined) checkHandler(errors, postStart, place.at('postStart'), grace);
  if (preStop !== undefined) checkHandler(errors, preStop, place.at('preStop'), grace);
  if (stopSignal !== undefined) checkStopSignal(errors, stopSignal, spec, place.at('stopSignal'));
}

function checkStopSignal(errors: FieldErrors, signal: string, spec: PodSpec, place: Place): void {
  const os = spec.os?.name;
  if (os === undefined) {
    errors.forbidden(place, 'may not be set for containers with empty `spec.os.name`');
  } else {
    checkSupported(errors, signal, os === 'windows' ? WINDOWS_SIGNALS : LINUX_SIGNALS, place);
  }
}

const WINDOWS_SIGNALS: readonly string[] = ['SIGKILL', 'SIGTERM'];

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
