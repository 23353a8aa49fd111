import { describe, expect, it } from 'vitest';
import { resolvePlainScalar, resolveTaggedScalar } from './yaml-scalar.ts';

describe('a plain scalar', () => {
  it.each([
    ['yes', true],
    ['On', true],
    ['y', true],
    ['no', false],
    ['OFF', false],
    ['yEs', 'yEs'],
    ['', null],
    ['~', null],
    ['Null', null],
    ['0400', 0o400],
    ['0o400', 0o400],
    ['0x1F', 31],
    ['0b11', 3],
    ['-0b11', -3],
    ['+5', 5],
    ['1_000', 1000],
    ['08', 8],
    ['0', 0],
    ['1e3', 1000],
    ['1.', 1],
    ['.5', 0.5],
    ['-.5e-1', -0.05],
    ['12:30', '12:30'],
    ['2001-12-14', '2001-12-14'],
    ['1.2.3', '1.2.3'],
    ['0x', '0x'],
    ['0xffffffffffffffffff', '0xffffffffffffffffff'],
    ['18446744073709551615', 2 ** 64],
    ['99999999999999999999', 1e20],
    ['500m', '500m'],
    ['-', '-'],
    ['.', '.'],
    ['nginx', 'nginx'],
  ])('%j is %j', (text, value) => {
    expect(resolvePlainScalar(text)).toBe(value);
  });

  it('knows what JSON cannot hold', () => {
    expect(resolvePlainScalar('.inf')).toBe(Number.POSITIVE_INFINITY);
    expect(resolvePlainScalar('.NaN')).toBeNaN();
  });
});

describe('a tagged scalar', () => {
  it.each([
    ['!!str', '1', '1'],
    ['!<tag:yaml.org,2002:str>', 'yes', 'yes'],
    ['!!int', '0x10', 16],
    ['!!float', '1', 1],
    ['!!bool', 'on', true],
    ['!!null', '~', null],
    ['!!binary', 'aGk=', 'hi'],
  ])('%s %s is %j', (tag, text, value) => {
    expect(resolveTaggedScalar(tag, text)).toEqual({ ok: true, value });
  });

  it.each([
    ['!!int', 'x', 'cannot decode "x" as !!int'],
    ['!Ref', 'x', 'unknown tag !Ref'],
    ['!!constructor', 'x', 'unknown tag !!constructor'],
  ])('%s %s is refused', (tag, text, message) => {
    expect(resolveTaggedScalar(tag, text)).toEqual({ ok: false, message });
  });
});
