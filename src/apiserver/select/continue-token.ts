import { ApiError } from '../../kube/status.ts';

/** Where the next page of a list goes on. */
export interface ContinueToken {
  /** The resource version of the first page. */
  readonly version: number;
  /** The last key that has been listed. */
  readonly after: string;
}

export function formatContinueToken({ version, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: 'podproof/v1', rv: version, start: after })).toString('base64url');
}

/** Throws `BadRequest` for anything that `formatContinueToken` did not make. */
export function parseContinueToken(text: string): ContinueToken {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isToken(parsed)) return { version: parsed.rv, after: parsed.start };
  } catch {
    // As below.
  }
  throw new ApiError('BadRequest', 'continue key is not valid: it was not made by this server');
}

function isToken(value: unknown): value is { readonly rv: number; readonly start: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'v' in value &&
    value.v === 'podproof/v1' &&
    'rv' in value &&
    Number.isSafeInteger(value.rv) &&
    'start' in value &&
    typeof value.start === 'string'
  );
}
