import protobuf from 'protobufjs/minimal.js';
import { ApiError } from '../../kube/status.ts';
import { decodeMessage } from './decode-message.ts';
import { MalformedMessage, readBytes, readTag, readText, skipField } from './scalars.ts';

/** An object that came as protobuf: `value` is what a JSON body would have held. */
export interface ProtobufObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const PREFIX = [0x6b, 0x38, 0x73, 0x00];

/** The messages that are an object of their own, by kind, with their versions. */
const ROOTS: Readonly<Record<string, string>> = {
  Pod: 'v1',
  ConfigMap: 'v1',
  Secret: 'v1',
  Namespace: 'v1',
  ServiceAccount: 'v1',
  PersistentVolumeClaim: 'v1',
  Service: 'v1',
  Binding: 'v1',
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  Job: 'batch/v1',
  Lease: 'coordination.k8s.io/v1',
  Eviction: 'policy/v1',
  Scale: 'autoscaling/v1',
  TokenRequest: 'authentication.k8s.io/v1',
  SelfSubjectReview: 'authentication.k8s.io/v1',
  SelfSubjectAccessReview: 'authorization.k8s.io/v1',
  SelfSubjectRulesReview: 'authorization.k8s.io/v1',
};

/**
 * Decodes a body of `application/vnd.kubernetes.protobuf`: the prefix `k8s\0`, then an envelope with the kind, then the
 * kind's own message. Zeros that Go sends for fields that nobody wrote are left out. Anything else is a `BadRequest`.
 */
export function decodeProtobuf(bytes: Uint8Array): ProtobufObject {
  try {
    const { apiVersion, kind, raw } = decodeEnvelope(bytes);
    // Every group has the options of a deletion under its own version.
    const isKnown = kind === 'DeleteOptions' || (Object.hasOwn(ROOTS, kind) && ROOTS[kind] === apiVersion);
    if (!isKnown) {
      const detail = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
      throw new ApiError('BadRequest', detail);
    }
    return { apiVersion, kind, value: { apiVersion, kind, ...decodeMessage(kind, raw) } };
  } catch (error) {
    // The reader throws plain errors and RangeErrors; a TypeError would be a defect of ours.
    if (!(error instanceof Error) || error instanceof ApiError || error instanceof TypeError) throw error;
    throw new ApiError('BadRequest', `couldn't decode the protobuf body: ${error.message}`);
  }
}

interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

/** `runtime.Unknown`. */
function decodeEnvelope(bytes: Uint8Array): Envelope {
  if (PREFIX.some((byte, index) => bytes[index] !== byte)) {
    throw new MalformedMessage(
      `provided data does not appear to be a protobuf message, expected prefix [${PREFIX.join(' ')}]`,
    );
  }
  const reader = protobuf.Reader.create(bytes.subarray(PREFIX.length));
  let type = { apiVersion: '', kind: '' };
  let raw = new Uint8Array();
  while (reader.pos < reader.len) {
    const tag = readTag(reader);
    if (tag.number === 1) type = decodeTypeMeta(readBytes(reader, tag));
    else if (tag.number === 2) raw = new Uint8Array(readBytes(reader, tag));
    else if (tag.number === 3) expectPlain(readText(reader, tag));
    else skipField(reader, tag);
  }
  return { ...type, raw };
}

function decodeTypeMeta(bytes: Uint8Array): { readonly apiVersion: string; readonly kind: string } {
  const reader = protobuf.Reader.create(bytes);
  const texts = new Map<number, string>();
  while (reader.pos < reader.len) {
    const tag = readTag(reader);
    if (tag.number === 1 || tag.number === 2) texts.set(tag.number, readText(reader, tag));
    else skipField(reader, tag);
  }
  return { apiVersion: texts.get(1) ?? '', kind: texts.get(2) ?? '' };
}

function expectPlain(encoding: string): void {
  if (encoding !== '') throw new MalformedMessage(`unknown content encoding ${JSON.stringify(encoding)}`);
}
