import type { IncomingMessage } from 'node:http';
import { ApiError } from '../../kube/status.ts';

/** Upstream's: 3 MiB. */
export const MAX_BODY_BYTES: number = 3 * 1024 * 1024;

/** The whole body; refuses one over 3 MiB without keeping more of it than that. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    const message = `the content encoding ${JSON.stringify(encoding)} is not supported`;
    throw new ApiError('UnsupportedMediaType', message);
  }
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  return collect(request);
}

/** By events: leaving an iteration would destroy the connection on which the refusal is to be told. */
async function collect(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        chunks.length = 0;
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => reject(new ApiError('BadRequest', 'the request ended before its body did')));
  });
}

function tooLarge(): ApiError {
  return new ApiError('RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`);
}
