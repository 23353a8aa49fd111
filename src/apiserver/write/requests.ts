import type { KubeObject, ObjectMeta } from '../../kube/meta.ts';
import { isApiError } from '../../kube/status.ts';
import type {
  Deleted,
  DeleteRequest,
  ListQuery,
  ListResult,
  Patch,
  WriteOptions,
  WriteTarget,
  Written,
} from '../object-service.ts';
import { patcherOf } from '../patch/patcher.ts';
import type { ResourceKind, UserInfo } from '../resource-kind.ts';
import { listObjects } from '../select/list-objects.ts';
import { createObject } from './create-object.ts';
import { decodeBody, decodePatched } from './decode-body.ts';
import { deleteObject } from './delete-object.ts';
import { currentObject, findObject, type Requested, runWrite, type WriteEnvironment } from './run-write.ts';
import { schemaOf, subresourceOf } from './subresource.ts';
import { untilServiceAccount } from './until-service-account.ts';
import { updateObject } from './update-object.ts';

/** Kinds that a PUT makes when they are not there, as upstream's `AllowCreateOnUpdate`. */
const MADE_BY_UPDATE: ReadonlySet<string> = new Set(['Event', 'Lease', 'Endpoints']);

/** POST of an object that has been decoded. */
export async function requestCreate(
  environment: WriteEnvironment,
  kind: ResourceKind,
  namespace: string,
  asked: KubeObject,
  request: Requested,
): Promise<Written> {
  await untilServiceAccount(environment.store, asked, namespace);
  const { result, warnings } = await runWrite(environment, kind, request, (writing) =>
    createObject(writing, asked, namespace),
  );
  return { object: result, created: true, warnings };
}

/** POST. */
export async function requestCreateOf(
  environment: WriteEnvironment,
  kind: ResourceKind,
  namespace: string,
  body: unknown,
  options: WriteOptions,
): Promise<Written> {
  const decoded = decodeBody(kind, body, options.fieldValidation);
  const written = await requestCreate(environment, kind, namespace, decoded.object, options);
  return { ...written, warnings: [...decoded.warnings, ...written.warnings] };
}

/** PUT. */
export async function requestUpdate(
  environment: WriteEnvironment,
  target: WriteTarget,
  body: unknown,
  options: WriteOptions,
): Promise<Written> {
  const { kind, namespace, name } = target;
  const subresource = subresourceOf(kind, target.subresource);
  const { object: sent, warnings } = decodeBody(subresource.type, body, options.fieldValidation);
  const isMade = target.subresource === undefined && MADE_BY_UPDATE.has(kind.kind);
  const isThere = !isMade || environment.store.tryOut((it) => findObject(it, target)) !== undefined;
  if (!isThere) {
    const named = { ...sent, metadata: { ...sent.metadata, name } };
    const written = await requestCreate(environment, kind, namespace, named, options);
    return { ...written, warnings: [...warnings, ...written.warnings] };
  }
  const done = await runWrite(environment, kind, options, (writing) =>
    subresource.read(updateObject(writing, subresource, sent, currentObject(writing.transaction, target))),
  );
  return { object: done.result, created: false, warnings: [...warnings, ...done.warnings] };
}

/** PATCH. It is applied to what there is at that moment, so that it conflicts only when it names a resource version. */
export async function requestPatch(
  environment: WriteEnvironment,
  target: WriteTarget,
  patch: Patch,
  options: WriteOptions,
): Promise<Written> {
  const patcher = await patcherOf(patch);
  const subresource = subresourceOf(target.kind, target.subresource);
  const { result, warnings } = await runWrite(environment, target.kind, options, (writing) => {
    const previous = currentObject(writing.transaction, target);
    const patched = patcher(subresource.read(previous), schemaOf(subresource));
    const decoded = decodePatched(subresource.type, patched, options.fieldValidation);
    writing.warnings.push(...decoded.warnings);
    return subresource.read(updateObject(writing, subresource, decoded.object, previous));
  });
  return { object: result, created: false, warnings };
}

/** The in-process read-modify-write. */
export async function requestChange(
  environment: WriteEnvironment,
  target: WriteTarget,
  change: (current: KubeObject) => KubeObject | undefined,
  user: UserInfo,
): Promise<KubeObject | undefined> {
  const { result } = await runWrite(environment, target.kind, { user, dryRun: false }, (writing) => {
    const previous = findObject(writing.transaction, target);
    const next = previous && change(previous);
    if (previous === undefined || next === undefined || next === previous) return previous;
    const subresource = subresourceOf(target.kind, target.subresource);
    return updateObject(writing, subresource, withoutVersion(next), previous);
  });
  return result;
}

/** Nothing can have come in between. */
function withoutVersion(object: KubeObject): KubeObject {
  const { resourceVersion: _, ...metadata }: ObjectMeta = object.metadata;
  return { ...object, metadata };
}

/** DELETE of one object. */
export async function requestDelete(
  environment: WriteEnvironment,
  target: WriteTarget,
  request: DeleteRequest,
): Promise<Deleted> {
  const { result } = await runWrite(environment, target.kind, request, (writing) =>
    deleteObject(writing, currentObject(writing.transaction, target), request),
  );
  return result;
}

/** DELETE of all that a query selects. What has gone meanwhile is no error. */
export async function requestDeleteAll(
  environment: WriteEnvironment,
  kind: ResourceKind,
  query: ListQuery,
  request: DeleteRequest,
): Promise<ListResult> {
  const found = listObjects(environment.store, kind, query);
  const deletions = found.items.map(async ({ metadata: { namespace = '', name = '' } }) => {
    try {
      return [(await requestDelete(environment, { kind, namespace, name }, request)).object];
    } catch (error) {
      if (isApiError(error, 'NotFound')) return [];
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(deletions);
  const failed = outcomes.find((it) => it.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const items = outcomes.flatMap((it) => (it.status === 'fulfilled' ? it.value : []));
  return { ...found, items, resourceVersion: String(environment.store.version) };
}
