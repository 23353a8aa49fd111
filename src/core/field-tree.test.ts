import { expect, test } from 'vitest';
import { type FieldTree, fieldTree, untreatedFields } from './field-tree.ts';
import { carriedOut, differing, noted, refused, type Treatments } from './treatment.ts';

interface Leaf {
  readonly kept?: string;
  readonly lost?: string;
}

interface Root {
  readonly plain?: number;
  readonly some?: number;
  readonly leaf?: Leaf;
  readonly leaves?: readonly Leaf[];
  readonly here?: boolean;
}

const leafTable: Treatments<Leaf> = { kept: carriedOut('a.test.ts'), lost: refused('nobody does') };
const rootTable: Treatments<Root> = {
  plain: carriedOut('a.test.ts'),
  some: noted('over nine', (value) => value > 9),
  leaf: carriedOut('a.test.ts'),
  leaves: noted('lists are long'),
  here: differing({ alone: noted('only on a node'), node: carriedOut('a.test.ts') }),
};

function treeFor(where: 'alone' | 'node'): FieldTree {
  const leaf = fieldTree<Leaf>(where, [leafTable]);
  return fieldTree<Root>(where, [rootTable], { leaf, leaves: leaf });
}

function told(root: Root, where: 'alone' | 'node' = 'alone'): readonly string[] {
  return untreatedFields(root, treeFor(where), ['spec']).map(
    ({ path, treatment }) => `${path.join('.')}: ${treatment.reason}`,
  );
}

test('what is carried out is not told, nor what a condition leaves out', () => {
  expect(told({ plain: 1, some: 9, leaf: { kept: 'x' } })).toEqual([]);
});

test('what is not stands with its path, in the order of the object', () => {
  expect(told({ leaf: { lost: 'x' }, some: 10 })).toEqual([
    'spec.leaf.lost: nobody does',
    'spec.some: over nine',
  ]);
});

test('elements of lists are looked into; a list without elements asks for nothing', () => {
  expect(told({ leaves: [{ kept: 'x' }, { lost: 'x' }] })).toEqual([
    'spec.leaves: lists are long',
    'spec.leaves.1.lost: nobody does',
  ]);
  expect(told({ leaves: [] })).toEqual([]);
});

test('what fares otherwise on a node', () => {
  expect(told({ here: true })).toEqual(['spec.here: only on a node']);
  expect(told({ here: true }, 'node')).toEqual([]);
});

test('two tables of one type both count', () => {
  const tree = fieldTree<Leaf>('alone', [leafTable, { kept: noted('also'), lost: noted('also') }]);
  expect(untreatedFields({ lost: 'x' }, tree, []).map(({ treatment }) => treatment.reason)).toEqual([
    'nobody does',
    'also',
  ]);
});
