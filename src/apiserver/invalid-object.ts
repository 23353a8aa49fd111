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

/** Nobody reads more; the errors of a hostile object are hundreds of times longer than it is. */
const MAX_TOLD = 100;

/** `Pod "x" is invalid: spec.containers: Required value`, with a cause for each field: what kubectl lists. */
export function invalidObject(subject: Subject, errors: readonly FieldError[]): ApiError {
  const { group, kind, name } = subject;
  const told = errors.slice(0, MAX_TOLD);
  const texts = told.map(formatFieldError);
  const qualified = group === '' ? kind : `${kind}.${group}`;
  const found = joinErrors(texts, errors.length);
  return new ApiError('Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${found}`, {
    name,
    ...(group !== '' && { group }),
    kind,
    causes: told.map((error, index) => causeOf(error, texts[index] ?? '')),
  });
}

/** One as it is, several in brackets; of too many only the first, and how many there are. */
export function joinErrors(texts: readonly string[], count: number = texts.length): string {
  const told = texts.slice(0, MAX_TOLD);
  if (count > told.length) return `[${told.join(', ')}, and ${count - told.length} more errors]`;
  return told.length === 1 ? String(told[0]) : `[${told.join(', ')}]`;
}

function causeOf(error: FieldError, text: string): StatusCause {
  const field = formatFieldError({ type: error.type, path: error.path, detail: '' }).replace(/: [^:]*$/, '');
  return { reason: CAUSE_REASONS[error.type], message: text.slice(field.length + 2), field };
}
