import { type FieldError, formatFieldError } from '../kube/field-error.ts';
import { ApiError, type StatusCause } from '../kube/status.ts';

/** Upstream's machine-readable words for the classes of field errors. */
const CAUSE_REASONS: Readonly<Record<FieldError['type'], string>> = {
  Required: 'FieldValueRequired',
  Invalid: 'FieldValueInvalid',
  NotSupported: 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
  Duplicate: 'FieldValueDuplicate',
  NotFound: 'FieldValueNotFound',
  TooLong: 'FieldValueTooLong',
  TooMany: 'FieldValueTooMany',
};

interface Subject {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** `Pod "x" is invalid: spec.containers: Required value`, with a cause for each field: what kubectl lists. */
export function invalidObject(subject: Subject, errors: readonly FieldError[]): ApiError {
  const { group, kind, name } = subject;
  const texts = errors.map(formatFieldError);
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new ApiError('Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${all}`, {
    name,
    ...(group !== '' && { group }),
    kind,
    causes: errors.map((error, index) => causeOf(error, texts[index] ?? '')),
  });
}

function causeOf(error: FieldError, text: string): StatusCause {
  const field = formatFieldError({ type: error.type, path: error.path, detail: '' }).replace(/: [^:]*$/, '');
  return { reason: CAUSE_REASONS[error.type], message: text.slice(field.length + 2), field };
}
