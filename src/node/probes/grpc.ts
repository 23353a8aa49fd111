import type { ClientHttp2Session } from 'node:http2';
import type { Probe } from '../../kube/pod.ts';
import type { ContainerTarget } from '../container-target.ts';
import type { ProbeResult } from './probe-result.ts';

const serving = 1;
const maxAnswerBytes = 4096;

/**
 * `grpc.health.v1.Health/Check` over plain HTTP/2. Its two messages have one field each, so they are written by hand:
 * HealthCheckRequest { string service = 1 }, HealthCheckResponse { ServingStatus status = 1 }.
 */
export async function probeGrpc(
  target: ContainerTarget,
  action: NonNullable<Probe['grpc']>,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const { address } = target;
  if (address === undefined) return { ok: false, output: 'the pod has no network' };
  const authority = address.includes(':') ? `[${address}]` : address;
  // Loaded by who probes: it costs every start of podproof 5 ms otherwise.
  const { connect } = await import('node:http2');
  const at = `${authority}:${action.port}`;
  const session = connect(`http://${at}`);
  const giveUp = (): void => session.destroy(new Error('operation was canceled'));
  signal.addEventListener('abort', giveUp);
  try {
    return await check(session, { action, address: at, timeoutMs, signal });
  } finally {
    signal.removeEventListener('abort', giveUp);
    session.destroy();
  }
}

interface HealthCheck {
  readonly action: NonNullable<Probe['grpc']>;
  /** `HOST:PORT`, for texts. */
  readonly address: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function check(
  session: ClientHttp2Session,
  { action, address, timeoutMs, signal }: HealthCheck,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const finish = (ok: boolean, output: string): void => {
      clearTimeout(timer);
      resolve({ ok, output });
    };
    const timer = setTimeout(() => {
      const limit = `${timeoutMs / 1000}s`;
      const text = isConnected
        ? `timeout: health rpc did not complete within ${limit}`
        : `timeout: failed to connect service "${address}" within ${limit}: context deadline exceeded`;
      finish(false, text);
    }, timeoutMs);
    let isConnected = false;
    session.on('connect', () => {
      isConnected = true;
    });
    // One that does not answer yet is waited for, as upstream's client goes on dialling.
    const fail = (error: Error): void => {
      if (isConnected || signal.aborted) finish(false, rpcFailure('Unavailable', error.message));
    };
    session.on('error', fail);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'kube-probe/1.36',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let status: RpcStatus = { code: undefined, message: '' };
    const readStatus = (headers: Readonly<Record<string, unknown>>): void => {
      const { 'grpc-status': code, 'grpc-message': message } = headers;
      if (typeof code === 'string')
        status = { code: Number(code), message: typeof message === 'string' ? message : '' };
    };
    stream.on('response', readStatus);
    stream.on('trailers', readStatus);
    stream.on('error', fail);
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxAnswerBytes) chunks.push(chunk);
    });
    stream.on('end', () => {
      const result = judge(status, Buffer.concat(chunks));
      finish(result.ok, result.output);
    });
    stream.end(encodeRequest(action.service ?? ''));
  });
}

interface RpcStatus {
  /** Undefined when the answer is not one of gRPC. */
  readonly code: number | undefined;
  readonly message: string;
}

const unimplemented = 12;
/** gRPC's codes by their numbers. */
const codeNames = (
  'OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted ' +
  'FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated'
).split(' ');

function judge({ code, message }: RpcStatus, answer: Buffer): ProbeResult {
  if (code === unimplemented)
    return {
      ok: false,
      output: `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`,
    };
  if (code !== 0) return { ok: false, output: rpcFailure(codeNames[code ?? 2] ?? `Code(${code})`, message) };
  const status = decodeStatus(answer);
  return status === serving
    ? { ok: true, output: 'service healthy' }
    : { ok: false, output: `service unhealthy (responded with "${statusName(status)}")` };
}

function rpcFailure(code: string, message: string): string {
  return `error: health rpc probe failed: rpc error: code = ${code} desc = ${message}`;
}

function statusName(status: number): string {
  return ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'][status] ?? String(status);
}

/** gRPC's frame (not compressed, length) round the message. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service, 'utf8');
  const message =
    name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a), encodeVarint(name.length), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  return Buffer.from([...bytes, rest]);
}

/** Field 1 as a varint; absent is 0, as protobuf leaves out what is zero. */
function decodeStatus(answer: Buffer): number {
  const message = answer.subarray(5);
  return message[0] === 0x08 ? (message[1] ?? 0) : 0;
}
