import type { KubeObject } from '../../kube/meta.ts';
import { ApiError } from '../../kube/status.ts';

/** `status.phase!=Failed,spec.nodeName=n`: any dotted path; what is absent is the empty text. Throws `BadRequest`. */
export function parseFieldSelector(text: string): (object: KubeObject) => boolean {
  const terms = text
    .split(',')
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, text));
  return (object) => terms.every(({ path, value, equal }) => (fieldText(object, path) === value) === equal);
}

interface Term {
  readonly path: readonly string[];
  readonly value: string;
  readonly equal: boolean;
}

function parseTerm(part: string, selector: string): Term {
  for (const operator of ['!=', '==', '=']) {
    const [path = '', value, ...more] = part.split(operator);
    if (value !== undefined && more.length === 0) {
      return { path: path.trim().split('.'), value: value.trim(), equal: operator !== '!=' };
    }
  }
  throw new ApiError('BadRequest', `invalid selector: '${selector}'; can't understand '${part}'`);
}

function fieldText(object: KubeObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return '';
    value = Reflect.get(value, name);
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}
