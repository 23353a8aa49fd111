import { ApiError } from '../../kube/status.ts';

/** An object of whose fields nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** `what` it is that should be an object is told when it is none. */
export function asFields(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('BadRequest', `${what} must be an object`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- unknowns, to be checked one by one
  return value as Fields;
}
