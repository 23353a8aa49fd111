import type { Operation } from 'fast-json-patch';
import { ApiError } from '../../kube/status.ts';
import { isRecord } from './record.ts';

const MAX_OPERATIONS = 10_000;
/** Each copy can double what there is: what a request may not send, it may not have copied either. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;
const OPERATIONS: ReadonlySet<unknown> = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);
const REFUSED = 'the server rejected our request due to an error in our request';

/**
 * RFC 6902. `BadRequest` for what is no list of operations, `Invalid` for one that cannot be done; as upstream's, that
 * message says little, and the cause says what it was.
 */
export async function jsonPatcher(operations: unknown): Promise<(target: unknown) => unknown> {
  const checked = checkedOperations(operations);
  const { applyOperation, getValueByPointer } = (await import('fast-json-patch')).default;
  return (target) => {
    try {
      // The target is shared and the values become part of it: both are copied.
      const copies: Operation[] = structuredClone(checked);
      let document: unknown = structuredClone(target);
      let copiedBytes = 0;
      for (const [index, operation] of copies.entries()) {
        if (operation.op === 'copy') {
          copiedBytes += sizeOf(getValueByPointer(document, operation.from));
          if (copiedBytes > MAX_COPIED_BYTES) throw new Error(tooMuchCopied(copiedBytes));
        }
        document = applyOperation(document, operation, true, true, true, index).newDocument;
      }
      return document;
    } catch (error) {
      const [found = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      throw new ApiError('Invalid', REFUSED, {
        causes: [{ reason: 'UnexpectedServerResponse', message: found, field: 'patch' }],
      });
    }
  };
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

function tooMuchCopied(bytes: number): string {
  return `Unable to copy, the accumulated size increase of copy operations is ${bytes}, exceeding the limit ${MAX_COPIED_BYTES}`;
}

function checkedOperations(operations: unknown): Operation[] {
  if (!Array.isArray(operations)) {
    throw new ApiError(
      'BadRequest',
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  if (operations.length > MAX_OPERATIONS) {
    throw new ApiError(
      'RequestEntityTooLarge',
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`,
    );
  }
  return operations.map((operation: unknown, index) => {
    if (!isOperation(operation)) {
      throw new ApiError(
        'BadRequest',
        `error decoding patch: operation ${index} is none: it needs "op" (add, remove, replace, move, copy or test) and "path"`,
      );
    }
    return operation;
  });
}

/** Whether values are there where they must be is checked when they are applied. */
function isOperation(value: unknown): value is Operation {
  if (!isRecord(value)) return false;
  const { op, path, from } = value;
  if (!OPERATIONS.has(op) || !isSafePointer(path)) return false;
  return op !== 'move' && op !== 'copy' ? true : isSafePointer(from);
}

/** No way to what objects inherit. */
function isSafePointer(pointer: unknown): pointer is string {
  if (typeof pointer !== 'string') return false;
  const steps = pointer.split('/').map((it) => it.replaceAll('~1', '/').replaceAll('~0', '~'));
  return !steps.some((it) => it === '__proto__' || it === 'constructor' || it === 'prototype');
}
