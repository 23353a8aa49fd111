import { messageOf } from '../../core/errors.ts';
import { ApiError } from '../../kube/status.ts';
import type { Patch } from '../object-service.ts';
import { parseMediaTypes } from './media-type.ts';

/** No object of Kubernetes is nested deeper; what reads one may recurse. */
const MAX_DEPTH = 500;

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'] as const;

const PATCH_TYPES = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
} as const;

/** A body as plain data of whatever shape. `kind` is what it should be; it stands in what the client is told. */
export async function decodeBody(
  body: Buffer,
  contentType: string | undefined,
  kind: string,
): Promise<unknown> {
  const type = typeOf(contentType) ?? 'application/json';
  switch (type) {
    case 'application/json':
      return parseJson(body, kind);
    case 'application/yaml':
      return parseYaml(body, kind);
    case 'application/vnd.kubernetes.protobuf': {
      const { decodeProtobuf } = await import('../protobuf/decode-protobuf.ts');
      return decodeProtobuf(body).value;
    }
    default:
      throw unsupported(OBJECT_TYPES);
  }
}

/** A patch by its content type. */
export function decodePatch(body: Buffer, contentType: string | undefined): Patch {
  const type = typeOf(contentType) ?? '';
  if (!isPatchType(type)) throw unsupported(Object.keys(PATCH_TYPES));
  let content: unknown;
  try {
    content = parseShallowJson(body);
  } catch (error) {
    throw new ApiError('BadRequest', `error decoding patch: ${messageOf(error)}`);
  }
  const patch = PATCH_TYPES[type];
  return patch === 'json' ? { type: patch, operations: content } : { type: patch, document: content };
}

function isPatchType(type: string): type is keyof typeof PATCH_TYPES {
  return Object.hasOwn(PATCH_TYPES, type);
}

/** Undefined when the header is absent, '' when it is not understood. */
function typeOf(contentType: string | undefined): string | undefined {
  if (contentType === undefined) return undefined;
  return parseMediaTypes(contentType)[0]?.type ?? '';
}

function parseJson(body: Buffer, kind: string): unknown {
  try {
    return parseShallowJson(body);
  } catch (error) {
    throw unrecognized(body, kind, `couldn't get version/kind; json parse error: ${messageOf(error)}`);
  }
}

function parseShallowJson(body: Buffer): unknown {
  if (depthOf(body) > MAX_DEPTH) throw new Error('exceeded max depth');
  return JSON.parse(body.toString('utf8'));
}

const [QUOTE, BACKSLASH, OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = Buffer.from('"\\[{]}', 'latin1');

/** How deep lists and objects are nested, without building any. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (isInString) {
      if (byte === BACKSLASH) index += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
    }
  }
  return deepest;
}

/** In Kubernetes' dialect, 1.1. Aliases are refused: a few lines of them make gigabytes. */
async function parseYaml(body: Buffer, kind: string): Promise<unknown> {
  const { load, YAML11_SCHEMA } = await import('js-yaml');
  try {
    const content = load(body.toString('utf8'), {
      schema: YAML11_SCHEMA,
      maxDepth: MAX_DEPTH,
      maxAliases: 0,
    });
    // Times and byte strings are plain texts in Kubernetes.
    return JSON.parse(JSON.stringify(content ?? null));
  } catch (error) {
    throw unrecognized(body, kind, `yaml: ${messageOf(error)}`);
  }
}

function unrecognized(body: Buffer, kind: string, problem: string): ApiError {
  const message = `the object provided is unrecognized (must be of type ${kind}): ${problem} (${summarize(body)})`;
  return new ApiError('BadRequest', message);
}

const SUMMARY_LENGTH = 30;

/** The beginning of the body, as upstream shows it: what does not look like JSON in hexadecimal. */
function summarize(body: Buffer): string {
  if (body.length === 0) return '<empty>';
  const text = body.subarray(0, SUMMARY_LENGTH).toString(body[0] === OPEN_OBJECT ? 'utf8' : 'hex');
  return body.length > SUMMARY_LENGTH ? `${text} ...` : text;
}

function unsupported(accepted: readonly string[]): ApiError {
  return new ApiError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}
