import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, canonicalQuantity, compareQuantities, millicoresOf, parseQuantity } from './quantity.ts';

function nanosOf(text: string): bigint {
  const parsed = parseQuantity(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value.nanos;
}

describe('a quantity', () => {
  it.each([
    ['0', 0n],
    ['1', 10n ** 9n],
    ['500m', 5n * 10n ** 8n],
    ['0.1', 10n ** 8n],
    ['.5', 5n * 10n ** 8n],
    ['1.', 10n ** 9n],
    ['1n', 1n],
    ['1u', 1000n],
    ['1k', 10n ** 12n],
    ['1Ki', 1024n * 10n ** 9n],
    ['1.5Gi', 3n * 2n ** 29n * 10n ** 9n],
    ['1E', 10n ** 27n],
    ['1E3', 10n ** 12n],
    ['1e-3', 10n ** 6n],
    ['-2', -2n * 10n ** 9n],
    ['+2', 2n * 10n ** 9n],
    ['0.1n', 1n],
  ])('%s is exact', (text, nanos) => {
    expect(nanosOf(text)).toBe(nanos);
  });

  it.each(['', 'x', '1K', '1ki', '1 Gi', '1.2.3', '--1', '1e', '.', '1mi', '9'.repeat(2000)])(
    '%j is none',
    (text) => {
      expect(parseQuantity(text)).toMatchObject({ ok: false });
    },
  );

  it('is at most 2^63-1', () => {
    expect(nanosOf('1000000E')).toBe((2n ** 63n - 1n) * 10n ** 9n);
  });

  it('counts bytes and millicores, rounded up', () => {
    expect(bytesOf('128Mi')).toBe(134217728);
    expect(bytesOf('1500m')).toBe(2);
    expect(millicoresOf('0.25')).toBe(250);
    expect(millicoresOf('1n')).toBe(1);
    expect(millicoresOf(2)).toBe(2000);
    expect(bytesOf(undefined)).toBeUndefined();
  });

  it.each([
    ['1.5', '1500m'],
    ['1024Ki', '1Mi'],
    ['1000', '1k'],
    ['1e3', '1e3'],
    ['512Ki', '512Ki'],
    ['1Ki', '1Ki'],
    ['0.5Ki', '512'],
    ['100m', '100m'],
    ['1000m', '1'],
    ['0Gi', '0'],
    ['1.5Gi', '1536Mi'],
  ])('%s is written %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toBe(canonical);
  });

  it('keeps its value in the canonical form', () => {
    const suffixes = ['', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2'];
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000, max: 1_000_000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.constantFrom(...suffixes),
        (whole, fraction, suffix) => {
          const text = `${whole}.${fraction}${suffix}`;
          expect(nanosOf(canonicalQuantity(text))).toBe(nanosOf(text));
        },
      ),
    );
  });

  it('has an order', () => {
    expect(compareQuantities({ nanos: nanosOf('1Gi') }, { nanos: nanosOf('1G') })).toBe(1);
    expect(compareQuantities({ nanos: nanosOf('1k') }, { nanos: nanosOf('1000') })).toBe(0);
    expect(compareQuantities({ nanos: nanosOf('1m') }, { nanos: nanosOf('1') })).toBe(-1);
  });

  it('is what it was, however many others have been read since', () => {
    for (let count = 0; count < 2000; count += 1)
      expect(nanosOf(`${count}m`)).toBe(BigInt(count) * 10n ** 6n);
    expect(nanosOf('1m')).toBe(10n ** 6n);
  });
});
