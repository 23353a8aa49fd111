import type { AnySchema } from '../kube/schema/schema.ts';
import { kindComponentName } from './openapi/component-names.ts';
import { expandedSchema, SCALAR_COMPONENTS, type SchemaObject } from './openapi/schema-object.ts';
import type { ResourceKind } from './resource-kind.ts';

/** An OpenAPI 3.0 document about the kinds of one group and version: for `kubectl explain`, and to say that fields are validated here. */
export interface OpenApiDocument {
  readonly openapi: '3.0.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, unknown>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaObject>> };
}

/** Its parts are made of the schemas by which the server decodes. */
export function openApiV3Document(
  kinds: readonly ResourceKind[],
  group: string,
  version: string,
): OpenApiDocument {
  const own = kinds.filter((kind) => kind.group === group && kind.version === version);
  return {
    openapi: '3.0.0',
    info: { title: 'podproof', version },
    paths: Object.fromEntries(own.flatMap(pathsOf)),
    components: { schemas: componentsOf(own) },
  };
}

/** `api/v1` or `apis/apps/v1`. */
function placeOf({ group, version }: ResourceKind): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

/** That the server validates fields is what kubectl looks for. A request body would make it patch by these schemas. */
const FIELD_VALIDATION = {
  name: 'fieldValidation',
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
};

function pathsOf(kind: ResourceKind): readonly (readonly [string, unknown])[] {
  const collection = `/${placeOf(kind)}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.resource}`;
  const gvk = gvkOf(kind);
  const operation = (action: string): unknown => ({
    parameters: [FIELD_VALIDATION],
    responses: {},
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': gvk,
  });
  const post = [collection, { post: operation('post') }] as const;
  if (!kind.verbs.includes('patch')) return [post];
  return [post, [`${collection}/{name}`, { patch: operation('patch') }]];
}

function gvkOf({ group, version, kind }: ResourceKind): unknown {
  return { group, version, kind };
}

/** The kinds' own schemas and all that they refer to. */
function componentsOf(kinds: readonly ResourceKind[]): Readonly<Record<string, SchemaObject>> {
  const components = new Map<string, SchemaObject>(Object.entries(SCALAR_COMPONENTS));
  const waiting: (readonly [string, AnySchema])[] = [];
  const refer = (name: string, schema: AnySchema): void => {
    waiting.push([name, schema]);
  };
  for (const kind of kinds) {
    const name = kindComponentName(kind);
    const schema = expandedSchema(kind.schema, refer, name);
    components.set(name, { ...schema, 'x-kubernetes-group-version-kind': [gvkOf(kind)] });
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [name, schema] = next;
    if (!components.has(name)) components.set(name, expandedSchema(schema, refer, name));
  }
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}
