import { ApiError } from '../../kube/status.ts';

/** What a path names, by Kubernetes' grammar: an object, a collection or a subresource of a kind. */
export interface ResourcePath {
  readonly type: 'resource';
  /** '' is the core group. */
  readonly group: string;
  readonly version: string;
  /** '' outside of namespaces, and for a collection over all of them. */
  readonly namespace: string;
  readonly resource: string;
  /** '' for a collection. */
  readonly name: string;
  /** '' for the object itself. */
  readonly subresource: string;
}

/** `other`: a path of the server's own, such as `/version` or `/apis/apps`. */
export type RequestPath = ResourcePath | { readonly type: 'other'; readonly path: string };

export interface RequestTarget {
  readonly path: RequestPath;
  readonly query: URLSearchParams;
}

/** Longer than any that a client makes: selectors and an exec's command stand in it. */
const MAX_TARGET_LENGTH = 64 * 1024;

/**
 * Splits a request target. A path is never normalised: what has empty or dotted segments names nothing (404), and what
 * hides a separator or a control character in a segment is refused (400).
 */
export function parseRequestTarget(target: string): RequestTarget {
  if (!target.startsWith('/') || target.length > MAX_TARGET_LENGTH) throw notUnderstood(target);
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  return { path: parsePath(path), query };
}

function parsePath(path: string): RequestPath {
  const other = { type: 'other', path } as const;
  const segments = path.split('/').slice(1).map(decodeSegment);
  if (segments.at(-1) === '') segments.pop();
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return other;
  const [root, ...rest] = segments;
  if (root === 'api') {
    const [version = '', ...below] = rest;
    return parseResource('', version, below) ?? other;
  }
  if (root === 'apis') {
    const [group = '', version = '', ...below] = rest;
    return parseResource(group, version, below) ?? other;
  }
  return other;
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const HIDDEN = /[/\u0000-\u001f\u007f]/;

function decodeSegment(segment: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch {
    throw notUnderstood(segment);
  }
  if (HIDDEN.test(decoded) || (decoded.includes('%') && decoded !== segment)) throw notUnderstood(segment);
  return decoded;
}

/** What a namespace itself has: after its name these are no resources in it. */
const OF_NAMESPACES: ReadonlySet<string> = new Set(['finalize', 'status']);

function parseResource(
  group: string,
  version: string,
  segments: readonly string[],
): ResourcePath | undefined {
  const [first, second, third] = segments;
  if (first === undefined) return undefined;
  const isInside = first === 'namespaces' && third !== undefined && !OF_NAMESPACES.has(third);
  const [resource = '', name = '', ...subresource] = isInside ? segments.slice(2) : segments;
  const namespace = isInside ? (second ?? '') : '';
  return { type: 'resource', group, version, namespace, resource, name, subresource: subresource.join('/') };
}

function notUnderstood(part: string): ApiError {
  return new ApiError(
    'BadRequest',
    `the request path is not understood: ${JSON.stringify(part.slice(0, 100))}`,
  );
}
