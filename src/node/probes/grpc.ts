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
  const session = connect(`http://${authority}:${action.port}`);
  const giveUp = (): void => session.destroy(new Error('operation was canceled'));
  signal.addEventListener('abort', giveUp);
  try {
    return await check(session, action, timeoutMs);
  } finally {
    signal.removeEventListener('abort', giveUp);
    session.destroy();
  }
}

function check(
  session: ClientHttp2Session,
  action: NonNullable<Probe['grpc']>,
  timeoutMs: number,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const where = `service ":${action.port}"`;
    const finish = (ok: boolean, output: string): void => {
      clearTimeout(timer);
      resolve({ ok, output });
    };
    const timer = setTimeout(
      () =>
        finish(
          false,
          `timeout: failed to connect ${where} within ${timeoutMs / 1000}s: context deadline exceeded`,
        ),
      timeoutMs,
    );
    const fail = (error: Error): void => finish(false, `error: failed to connect ${where}: ${error.message}`);
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
    let grpcStatus: string | undefined;
    const readStatus = (headers: Readonly<Record<string, unknown>>): void => {
      const value = headers['grpc-status'];
      if (typeof value === 'string') grpcStatus = value;
    };
    stream.on('response', readStatus);
    stream.on('trailers', readStatus);
    stream.on('error', fail);
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxAnswerBytes) chunks.push(chunk);
    });
    stream.on('end', () => {
      const result = judge(grpcStatus, Buffer.concat(chunks), where);
      finish(result.ok, result.output);
    });
    stream.end(encodeRequest(action.service ?? ''));
  });
}

function judge(grpcStatus: string | undefined, answer: Buffer, where: string): ProbeResult {
  if (grpcStatus !== '0')
    return {
      ok: false,
      output: `error: health rpc probe failed for ${where}: status ${grpcStatus ?? 'unknown'}`,
    };
  const status = decodeStatus(answer);
  return status === serving
    ? { ok: true, output: 'service healthy' }
    : { ok: false, output: `service unhealthy (responded with "${statusName(status)}")` };
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
