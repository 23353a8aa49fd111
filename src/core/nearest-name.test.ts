import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('the nearest name', () => {
  const names = ['check', 'image', 'prove', 'run', 'doctor', 'version'];

  it.each([
    ['chekc', 'check'],
    ['Prove', 'prove'],
    ['imagee', 'image'],
    ['docter', 'doctor'],
    ['rn', 'run'],
  ])('of %s is %s', (wrong, meant) => {
    expect(nearestName(wrong, names)).toBe(meant);
  });

  it('is not guessed when nothing is near', () => {
    expect(nearestName('deploy', names)).toBeUndefined();
  });
});
