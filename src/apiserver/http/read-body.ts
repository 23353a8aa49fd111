import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../kube/status.ts';

/** Upstream's: 3 MiB. */
export const MAX_BODY_BYTES: number = 3 * 1024 * 1024;

/** The whole body; refuses one over the limit, 3 MiB unless told, without keeping more of it than that. */
export async function readBody(request: IncomingMessage, maxBytes: number = MAX_BODY_BYTES): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    const message = `the content encoding ${JSON.stringify(encoding)} is not supported`;
    throw new ApiError('UnsupportedMediaType', message);
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  return collect(request, maxBytes);
}

/**
 * By events: leaving an iteration would destroy the connection on which the refusal is to be told. The bytes are copied:
 * a client that sends them one by one would have each keep a whole read of the socket.
 */
async function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      const end = length + chunk.length;
      if (end > maxBytes) {
        length = Number.POSITIVE_INFINITY;
        held = Buffer.alloc(0);
        reject(tooLarge(maxBytes));
        return;
      }
      if (end > held.length) held = enlarged(held, end);
      chunk.copy(held, length);
      length = end;
    });
    request.once('end', () => resolve(held.subarray(0, length)));
    request.once('error', reject);
    request.once('close', () => reject(new ApiError('BadRequest', 'the request ended before its body did')));
  });
}

const FIRST_BYTES = 16 * 1024;

/** Twice the room at least, so that growing costs no more than what has come. */
function enlarged(held: Buffer, wanted: number): Buffer {
  const larger = Buffer.allocUnsafe(Math.max(FIRST_BYTES, wanted, held.length * 2));
  held.copy(larger);
  return larger;
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${maxBytes}`);
}
