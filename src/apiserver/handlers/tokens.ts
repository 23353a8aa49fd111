import { type FieldError, invalid } from '../../kube/field-error.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';
import { asFields, type Fields } from '../http/fields.ts';
import type { Reply } from '../http/respond.ts';
import { invalidObject } from '../invalid-object.ts';
import type { TokenOwner } from '../service-account-tokens.ts';
import type { ApiContext } from './api-context.ts';
import { encodePlain } from './encode-objects.ts';
import { decodeObject } from './objects.ts';
import { asPod } from './pods.ts';
import type { ResourceRequest } from './resource-request.ts';

const DEFAULT_SECONDS = 60 * 60;
const MIN_SECONDS = 10 * 60;
const MAX_SECONDS = 2 ** 32;

/** `serviceaccounts/token`: what `kubectl create token` asks for. */
export async function createToken(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const { kind, namespace, name } = request;
  const { uid = '' } = context.objects.get(kind, namespace, name).metadata;
  const body = asFields(await decodeObject(request, 'TokenRequest'), 'TokenRequest');
  const spec = asFields(body['spec'] ?? {}, 'TokenRequest.spec');
  const seconds = secondsOf(spec);
  const audiences = audiencesOf(spec);
  const bound = boundOf(context, request, spec);
  const owner: TokenOwner = { namespace, serviceAccount: { name, uid }, ...(bound && { bound }) };
  const { token, expiresAt } = context.tokens.issue(owner, audiences, seconds);
  const answer = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: timeText(context.now()) },
    spec: { ...spec, audiences, expirationSeconds: seconds, boundObjectRef: spec['boundObjectRef'] ?? null },
    status: { token, expirationTimestamp: timeText(expiresAt * 1000) },
  };
  return encodePlain(request, answer, { code: 201 });
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

function secondsOf(spec: Fields): number {
  const seconds = spec['expirationSeconds'] ?? DEFAULT_SECONDS;
  const refuse = (detail: string) => refused(invalid(['spec', 'expirationSeconds'], seconds, detail));
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) throw refuse('must be an integer');
  if (seconds < MIN_SECONDS) throw refuse('may not specify a duration less than 10 minutes');
  if (seconds > MAX_SECONDS) throw refuse('may not specify a duration larger than 2^32 seconds');
  return seconds;
}

function audiencesOf(spec: Fields): readonly string[] {
  const audiences: unknown = spec['audiences'] ?? [];
  if (Array.isArray(audiences) && audiences.every((it) => typeof it === 'string')) return audiences;
  throw refused(invalid(['spec', 'audiences'], audiences, 'must be a list of strings'));
}

function refused(error: FieldError): ApiError {
  return invalidObject({ group: 'authentication.k8s.io', kind: 'TokenRequest', name: '' }, [error]);
}

/** The Pod or Secret that the token ends with. */
function boundOf(
  { objects }: ApiContext,
  { namespace, name }: ResourceRequest,
  spec: Fields,
): TokenOwner['bound'] {
  if ((spec['boundObjectRef'] ?? undefined) === undefined) return undefined;
  const reference = asFields(spec['boundObjectRef'], 'TokenRequest.spec.boundObjectRef');
  const { kind, apiVersion = 'v1', name: wanted = '', uid: wantedUid = '' } = reference;
  if ((kind !== 'Pod' && kind !== 'Secret') || apiVersion !== 'v1') {
    const type = `${String(apiVersion)}, Kind=${String(kind)}`;
    throw new ApiError('BadRequest', `cannot bind token to object of type /${type}`);
  }
  const found: KubeObject | undefined = objects.reader.get(kind, namespace, String(wanted));
  const resource = kind === 'Pod' ? 'pods' : 'secrets';
  if (found === undefined) {
    const details = { name: String(wanted), kind: resource };
    throw new ApiError('NotFound', `${resource} ${JSON.stringify(wanted)} not found`, details);
  }
  const { uid = '' } = found.metadata;
  if (wantedUid !== '' && wantedUid !== uid) {
    const found = `the UID in the bound object reference (${String(wantedUid)}) does not match the UID in record. The object might have been deleted and then recreated`;
    const message = `Operation cannot be fulfilled on ${kind} ${JSON.stringify(wanted)}: ${found}`;
    throw new ApiError('Conflict', message, { name: String(wanted), kind });
  }
  const account = kind === 'Pod' ? (asPod(found).spec.serviceAccountName ?? '') : name;
  if (account !== name) {
    const message = `cannot bind token for serviceaccount ${JSON.stringify(name)} to pod running with different serviceaccount name.`;
    throw new ApiError('BadRequest', message);
  }
  return { kind, name: String(wanted), uid };
}
