import { invalid, notSupported } from '../../kube/field-error.ts';
import { ApiError } from '../../kube/status.ts';
import type { DeleteRequest } from '../object-service.ts';
import type { UserInfo } from '../resource-kind.ts';
import { asFields, type Fields } from './fields.ts';
import { invalidOptions, parseDryRun, parseSwitch, parseWhole } from './write-options.ts';

type PropagationPolicy = NonNullable<DeleteRequest['propagationPolicy']>;

const POLICIES: readonly PropagationPolicy[] = ['Background', 'Foreground', 'Orphan'];

/** `meta/v1` DeleteOptions: from the body when there is one, else from the query. */
export function parseDeleteOptions(body: unknown, query: URLSearchParams, user: UserInfo): DeleteRequest {
  const fields = body === undefined ? fieldsOf(query) : asFields(body, 'DeleteOptions');
  const preconditions = asFields(fields['preconditions'] ?? {}, 'Preconditions');
  const graceSeconds = wholeOf(fields, 'gracePeriodSeconds');
  const propagationPolicy = policyOf(fields);
  const uid = textOf(preconditions, 'uid');
  const resourceVersion = textOf(preconditions, 'resourceVersion');
  const dryRun = [fields['dryRun'] ?? []].flat();
  return {
    user,
    dryRun: parseDryRun([...dryRun, ...query.getAll('dryRun')], 'DeleteOptions'),
    ...(graceSeconds !== undefined && { graceSeconds }),
    ...(propagationPolicy !== undefined && { propagationPolicy }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  };
}

function fieldsOf(query: URLSearchParams): Fields {
  const grace = parseWhole(query, 'gracePeriodSeconds');
  const policy = query.get('propagationPolicy') ?? '';
  return {
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(policy !== '' && { propagationPolicy: policy }),
    ...(query.has('orphanDependents') && { orphanDependents: parseSwitch(query, 'orphanDependents') }),
  };
}

function policyOf(fields: Fields): PropagationPolicy | undefined {
  const given = fields['propagationPolicy'] ?? undefined;
  const orphan = fields['orphanDependents'] ?? undefined;
  if (given !== undefined && orphan !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    throw invalidOptions('DeleteOptions', invalid(['propagationPolicy'], given, detail));
  }
  if (orphan !== undefined) return orphan === true ? 'Orphan' : 'Background';
  if (given === undefined) return undefined;
  const policy = POLICIES.find((it) => it === given);
  if (policy !== undefined) return policy;
  throw invalidOptions('DeleteOptions', notSupported(['propagationPolicy'], given, POLICIES));
}

function wholeOf(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw wrongType('DeleteOptions', name, 'an integer');
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType('Preconditions', name, 'a string');
}

function wrongType(type: string, name: string, wanted: string): ApiError {
  return new ApiError('BadRequest', `${type}.${name} must be ${wanted}`);
}
