import { ApiError } from '../../kube/status.ts';
import { type MediaType, parseMediaTypes } from './media-type.ts';

/** How an answer is written: `as` a Table, as metadata only, or as the objects themselves. */
export interface Negotiated {
  readonly encoding: 'json' | 'yaml';
  readonly as: 'objects' | 'Table' | 'PartialObjectMetadata';
}

const META_VERSIONS: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/**
 * The first of the accepted media types that can be served. Protobuf is answered in JSON, which every client of
 * Kubernetes reads as well.
 */
export function negotiate(accept: string | undefined): Negotiated {
  if (accept === undefined || accept.trim() === '') return { encoding: 'json', as: 'objects' };
  for (const media of parseMediaTypes(accept)) {
    const negotiated = serve(media);
    if (negotiated !== undefined) return negotiated;
  }
  throw new ApiError(
    'NotAcceptable',
    'only the following media types are accepted: application/json, application/yaml',
  );
}

function serve({ type, parameters }: MediaType): Negotiated | undefined {
  const encoding = encodingOf(type);
  if (encoding === undefined) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { encoding, as: 'objects' };
  if (parameters.get('g') !== 'meta.k8s.io' || !META_VERSIONS.has(parameters.get('v') ?? ''))
    return undefined;
  if (as === 'Table') return { encoding, as };
  const isMetadata = as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList';
  return isMetadata ? { encoding, as: 'PartialObjectMetadata' } : undefined;
}

function encodingOf(type: string): Negotiated['encoding'] | undefined {
  switch (type) {
    case 'application/json':
    case 'application/vnd.kubernetes.protobuf':
    case 'application/*':
    case '*/*':
      return 'json';
    case 'application/yaml':
      return 'yaml';
    default:
      return undefined;
  }
}
