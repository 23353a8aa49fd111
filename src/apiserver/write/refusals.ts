import type { FieldError } from '../../kube/field-error.ts';
import { ApiError, type StatusCause, type StatusDetails } from '../../kube/status.ts';
import { invalidObject, joinErrors } from '../invalid-object.ts';
import type { ResourceKind } from '../resource-kind.ts';

/** What of a kind a refusal names. */
export type Refused = Pick<ResourceKind, 'group' | 'resource' | 'kind'>;

/** `deployments.apps`. */
function qualifiedResource({ group, resource }: Refused): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function detailsOf({ group, resource }: Refused, name: string): StatusDetails {
  return { ...(name !== '' && { name }), ...(group !== '' && { group }), kind: resource };
}

export function notFound(kind: Refused, name: string): ApiError {
  const message = `${qualifiedResource(kind)} ${JSON.stringify(name)} not found`;
  return new ApiError('NotFound', message, detailsOf(kind, name));
}

export function alreadyExists(kind: Refused, name: string): ApiError {
  const message = `${qualifiedResource(kind)} ${JSON.stringify(name)} already exists`;
  return new ApiError('AlreadyExists', message, detailsOf(kind, name));
}

export const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(kind: Refused, name: string, found: string): ApiError {
  const message = `Operation cannot be fulfilled on ${qualifiedResource(kind)} ${JSON.stringify(name)}: ${found}`;
  return new ApiError('Conflict', message, detailsOf(kind, name));
}

export function forbidden(kind: Refused, name: string, found: string, cause?: StatusCause): ApiError {
  const what = name === '' ? qualifiedResource(kind) : `${qualifiedResource(kind)} ${JSON.stringify(name)}`;
  const details = detailsOf(kind, name);
  return new ApiError('Forbidden', `${what} is forbidden: ${found}`, {
    ...details,
    ...(cause && { causes: [cause] }),
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError('BadRequest', message);
}

/** `Pod "x" is invalid: spec.containers: Required value`; several errors stand in brackets. */
export function invalid({ group, kind }: Refused, name: string, errors: readonly FieldError[]): ApiError {
  return invalidObject({ group, kind, name }, errors);
}

/** The same of errors that are text already: `FIELD: MESSAGE`. */
export function invalidFor(
  { group, kind }: Pick<Refused, 'group' | 'kind'>,
  name: string,
  errors: readonly { readonly reason: string; readonly text: string }[],
): ApiError {
  const found = joinErrors([...new Set(errors.map(({ text }) => text))]);
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new ApiError('Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${found}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(kind !== '' && { kind }),
    causes: errors.map(({ reason, text }) => causeOf(reason, text)),
  });
}

function causeOf(reason: string, text: string): StatusCause {
  const colon = text.indexOf(': ');
  return { reason, message: text.slice(colon + 2), field: text.slice(0, Math.max(colon, 0)) };
}
