import { expect, test } from 'vitest';
import { batchesOf } from './batches-of.ts';
import type { CheckUnit } from './check-unit.ts';

const unit = (text: string): CheckUnit => ({ kind: 'manifest', file: 'a.yaml', explicit: true, text });

const document = (index: number): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-${index}}\n`;

test('small files go together, and every one of them in its place', () => {
  const units = Array.from({ length: 300 }, (_, index) => unit(`a: ${index}`));
  const batches = [...batchesOf(units)];
  expect(batches.map((batch) => batch.length)).toEqual([16, 32, 64, 128, 60]);
  expect(batches.flat()).toEqual(units);
});

test('a large file is cut at its documents, so that it can be shared and nothing of it is lost', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => document(index)).join('');
  const parts = [...batchesOf([unit(text)])].flat();
  expect(parts.length).toBeGreaterThan(3);
  expect(parts.map((part) => ('text' in part ? part.text : '')).join('')).toBe(text);
  const starts = parts.map((part) => (part.kind === 'manifest' ? part.start?.document : undefined));
  expect(starts[0]).toBe(0);
  expect(new Set(starts).size).toBe(parts.length);
});
