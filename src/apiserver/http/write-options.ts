import { type FieldError, forbidden, invalid, notSupported } from '../../kube/field-error.ts';
import { ApiError } from '../../kube/status.ts';
import { invalidObject } from '../invalid-object.ts';
import type { ListQuery, WriteOptions } from '../object-service.ts';
import type { UserInfo } from '../resource-kind.ts';

const VALIDATIONS = ['Ignore', 'Strict', 'Warn'] as const;

type FieldValidation = WriteOptions['fieldValidation'];

/** `meta/v1` CreateOptions, UpdateOptions and PatchOptions, which are one to us. `kind` is told with an error. */
export function parseWriteOptions(query: URLSearchParams, user: UserInfo, kind: string): WriteOptions {
  const fieldManager = query.get('fieldManager') ?? '';
  return {
    user,
    dryRun: parseDryRun(query.getAll('dryRun'), kind),
    fieldValidation: parseFieldValidation(query.get('fieldValidation') ?? '', kind),
    ...(fieldManager !== '' && { fieldManager }),
  };
}

export function parseDryRun(values: readonly unknown[], kind: string): boolean {
  const given = values.filter((value) => value !== '');
  const wrong = given.find((value) => value !== 'All');
  if (wrong !== undefined) throw invalidOptions(kind, notSupported(['dryRun'], wrong, ['All']));
  return given.length > 0;
}

/** Upstream's default is to warn. */
function parseFieldValidation(value: string, kind: string): FieldValidation {
  if (value === '') return 'Warn';
  const known = VALIDATIONS.find((it) => it === value);
  if (known !== undefined) return known;
  throw invalidOptions(kind, notSupported(['fieldValidation'], value, ['', ...VALIDATIONS]));
}

/** `meta/v1` ListOptions, as far as they select. */
export function parseListQuery(query: URLSearchParams, namespace: string): ListQuery {
  const labelSelector = query.get('labelSelector') ?? '';
  const fieldSelector = query.get('fieldSelector') ?? '';
  const token = query.get('continue') ?? '';
  const limit = parseWhole(query, 'limit');
  if (limit !== undefined && limit < 0) {
    throw invalidOptions('ListOptions', invalid(['limit'], limit, 'must be greater than or equal to 0'));
  }
  return {
    namespace: namespace === '' ? undefined : namespace,
    ...(labelSelector !== '' && { labelSelector }),
    ...(fieldSelector !== '' && { fieldSelector }),
    ...(limit !== undefined && { limit }),
    ...(token !== '' && { continue: token }),
  };
}

/** Streaming lists are not served; clients that ask for one then list and watch. */
export function refuseInitialEvents(query: URLSearchParams): void {
  if (!query.has('sendInitialEvents')) return;
  const detail = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled';
  throw invalidOptions('ListOptions', forbidden(['sendInitialEvents'], detail));
}

/** Undefined when it is absent or empty. */
export function parseWhole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  if (/^[+-]?\d{1,15}$/.test(text)) return Number(text);
  const problem = /^[+-]?\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  throw new ApiError('BadRequest', `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${problem}`);
}

/** As Go reads a bool: a parameter without a value is true. */
export function parseSwitch(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== 'false' && text !== '0';
}

/** `DeleteOptions.meta.k8s.io "" is invalid: ...`. */
export function invalidOptions(kind: string, ...errors: readonly FieldError[]): ApiError {
  return invalidObject({ group: 'meta.k8s.io', kind, name: '' }, errors);
}
