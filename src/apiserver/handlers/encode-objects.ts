import type { KubeObject } from '../../kube/meta.ts';
import { jsonReply, type Reply } from '../http/respond.ts';
import { buildTable, parseIncludeObject, partialMetadata } from '../http/table.ts';
import { formatWarnings } from '../http/warnings.ts';
import type { ListResult } from '../object-service.ts';
import type { ResourceRequest } from './resource-request.ts';

export interface EncodeOptions {
  readonly code?: number;
  readonly warnings?: readonly string[];
  readonly nowMs: number;
}

/** One object of the request's kind, in the form that was asked for. */
export function encodeObject(
  request: ResourceRequest,
  object: KubeObject,
  options: EncodeOptions,
): Promise<Reply> {
  const { kind, query, accept } = request;
  switch (accept.as) {
    case 'objects':
      return encodePlain(request, object, options);
    case 'PartialObjectMetadata':
      return encodePlain(request, partialMetadata(object), options);
    case 'Table': {
      const { resourceVersion = '' } = object.metadata;
      const { nowMs } = options;
      const table = buildTable(
        [object],
        { resourceVersion },
        { kind, include: parseIncludeObject(query), nowMs },
      );
      return encodePlain(request, table, options);
    }
  }
}

export function encodeList(
  request: ResourceRequest,
  { items, ...metadata }: ListResult,
  options: EncodeOptions,
): Promise<Reply> {
  const { kind, query, accept } = request;
  if (accept.as === 'Table') {
    const { nowMs } = options;
    const table = buildTable(items, metadata, { kind, include: parseIncludeObject(query), nowMs });
    return encodePlain(request, table, options);
  }
  const list =
    accept.as === 'objects'
      ? { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items }
      : {
          kind: 'PartialObjectMetadataList',
          apiVersion: 'meta.k8s.io/v1',
          metadata,
          items: items.map(partialMetadata),
        };
  return encodePlain(request, list, options);
}

/** Whatever is no object of the request's kind: a Status, a TokenRequest. Nobody asks for a Table of these. */
export async function encodePlain(
  { accept, query, incoming }: ResourceRequest,
  body: object,
  { code = 200, warnings = [] }: Omit<EncodeOptions, 'nowMs'> = {},
): Promise<Reply> {
  if (accept.encoding === 'json') {
    const reply = jsonReply(body, code, warnings);
    const isPretty = isForPeople(query.get('pretty'), incoming.headers['user-agent'] ?? '');
    return isPretty ? { ...reply, body: `${JSON.stringify(body, null, 2)}\n` } : reply;
  }
  const { dump } = await import('js-yaml');
  return {
    code,
    contentType: 'application/yaml',
    body: dump(JSON.parse(JSON.stringify(body)), { noRefs: true, lineWidth: -1 }),
    ...(warnings.length > 0 && { headers: { Warning: formatWarnings(warnings) } }),
  };
}

/** As upstream: when it is asked for, or when a person seems to be asking. */
function isForPeople(pretty: string | null, userAgent: string): boolean {
  if (pretty !== null) return pretty !== 'false' && pretty !== '0';
  return /^(?:curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}

export function apiVersionOf({
  group,
  version,
}: {
  readonly group: string;
  readonly version: string;
}): string {
  return group === '' ? version : `${group}/${version}`;
}
