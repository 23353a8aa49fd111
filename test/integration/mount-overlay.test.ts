import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountOverlay } from '../../src/linux/mount-overlay.ts';
import { unmountTree } from '../../src/linux/mounts.ts';
import { canRunContainers } from '../support/machine.ts';

let dir: string;
let target: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'podproof-overlay-'));
  target = join(dir, 'target');
  mkdirSync(target);
});

afterEach(() => {
  unmountTree(target);
  rmSync(dir, { recursive: true });
});

function layers(count: number, name: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const layer = join(dir, `${name}-${index}`);
    mkdirSync(layer);
    for (const file of ['which', `f${index}`]) writeFileSync(join(layer, file), String(index));
    return layer;
  });
}

describe.skipIf(!canRunContainers())('an overlay without an upper directory', () => {
  it.each([
    [2, 'short'],
    [2, 'a:b,c\\d'],
    [60, `sha256-${'0'.repeat(64)}`],
    [400, 'many'],
  ])('of %i directories named %s is read-only, the first one winning', (count, name) => {
    mountOverlay({ lower: layers(count, name), target });
    expect(readdirSync(target)).toHaveLength(count + 1);
    expect(readFileSync(join(target, 'which'), 'utf8')).toBe('0');
    expect(() => writeFileSync(join(target, 'new'), '')).toThrow('EROFS');
  });
});
