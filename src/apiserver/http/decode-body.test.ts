import { describe, expect, test } from 'vitest';
import { decodeBody, decodePatch } from './decode-body.ts';

const decode = (body: string, type?: string) => decodeBody(Buffer.from(body), type, 'Pod');

describe('a body', () => {
  test.each([
    [undefined, '{"a":[1]}'],
    ['application/json', '{"a":[1]}'],
    ['application/json; charset=utf-8', '{"a":[1]}'],
    ['application/yaml', 'a:\n- 1\n'],
  ])('of type %s', async (type, body) => {
    expect(await decode(body, type)).toEqual({ a: [1] });
  });

  test('of another type is refused with those that are taken', async () => {
    await expect(decode('x', 'text/plain')).rejects.toMatchObject({
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
  });

  test.each([
    ['', '(<empty>)'],
    ['{', '({)'],
    ['[1', '(5b31)'],
    [`{${'x'.repeat(40)}`, `({${'x'.repeat(29)} ...)`],
  ])('that is no JSON is shown from its beginning: %s', async (body, shown) => {
    await expect(decode(body)).rejects.toMatchObject({
      reason: 'BadRequest',
      message: expect.stringMatching(
        /^the object provided is unrecognized \(must be of type Pod\): couldn't get version\/kind; json parse error: /,
      ),
    });
    await expect(decode(body)).rejects.toThrow(shown);
  });

  test('that is nested too deep is refused before it is built', async () => {
    await expect(decode('['.repeat(1_000_000))).rejects.toThrow('exceeded max depth');
    await expect(decode('{"a":'.repeat(600_000))).rejects.toThrow('exceeded max depth');
    await expect(decode(`${'['.repeat(600)}${']'.repeat(600)}`, 'application/yaml')).rejects.toThrow(
      'yaml: ',
    );
  });

  test('may hold brackets in its texts', async () => {
    const value = { a: `\\"${'[{'.repeat(1000)}` };
    expect(await decode(JSON.stringify(value))).toEqual(value);
  });

  test('in YAML that multiplies itself is refused', async () => {
    const bomb = `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]`;
    await expect(decode(bomb, 'application/yaml')).rejects.toThrow('yaml: ');
  });

  test('does not reach the prototype of what is built from it', async () => {
    const value = await decode('{"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('a patch', () => {
  test.each([
    ['application/merge-patch+json', '{"a":1}', { type: 'merge', document: { a: 1 } }],
    ['application/strategic-merge-patch+json', '{"a":1}', { type: 'strategic', document: { a: 1 } }],
    ['application/json-patch+json', '[]', { type: 'json', operations: [] }],
  ])('of type %s', (type, body, wanted) => {
    expect(decodePatch(Buffer.from(body), type)).toEqual(wanted);
  });

  test.each([undefined, 'application/json', 'application/apply-patch+yaml', 'constructor', '__proto__/x'])(
    'of type %s is refused',
    (type) => {
      expect(() => decodePatch(Buffer.from('{}'), type)).toThrow(
        'accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json',
      );
    },
  );

  test('that is no JSON is refused', () => {
    expect(() => decodePatch(Buffer.from('{'), 'application/merge-patch+json')).toThrow(
      'error decoding patch: ',
    );
  });
});
