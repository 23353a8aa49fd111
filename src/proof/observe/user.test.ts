import { expect, test } from 'vitest';
import { insideIdOf } from './user.ts';

test('an id of the host is looked up in all ranges of the map', () => {
  const map = [
    { insideId: 0, outsideId: 65_536, size: 10 },
    { insideId: 1000, outsideId: 200_000, size: 1 },
  ];
  expect(insideIdOf(65_536, map)).toBe(0);
  expect(insideIdOf(65_545, map)).toBe(9);
  expect(insideIdOf(200_000, map)).toBe(1000);
  expect([0, 65_535, 65_546, 200_001].map((id) => insideIdOf(id, map))).toEqual([null, null, null, null]);
  expect(insideIdOf(0, [])).toBeNull();
});
