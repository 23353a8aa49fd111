import { describe, expect, test } from 'vitest';
import { choosePlatform, formatPlatform, platformOf } from './platform.ts';

const entry = (
  os: string,
  architecture: string,
  variant?: string,
): { platform: { os: string; architecture: string; variant?: string } } => ({
  platform: { os, architecture, ...(variant === undefined ? {} : { variant }) },
});

describe('the platform of an index', () => {
  test.each([
    ['the exact variant', 'arm64', [entry('linux', 'arm64'), entry('linux', 'arm64', 'v8')], 1],
    ['no variant before another', 'arm64', [entry('linux', 'arm64', 'v9'), entry('linux', 'arm64')], 1],
    ['Linux, not Windows', 'x64', [entry('windows', 'amd64'), entry('linux', 'amd64')], 1],
    ['an entry without a platform last', 'x64', [{ platform: undefined }, entry('linux', 'amd64')], 1],
  ])('%s is chosen', (_, arch, entries, expected) => {
    expect(choosePlatform(entries, platformOf(arch))).toBe(entries[expected]);
  });

  test('nothing is chosen when nothing fits, and unknown machines are told', () => {
    expect(choosePlatform([entry('unknown', 'unknown')], platformOf('x64'))).toBeUndefined();
    expect(() => platformOf('mips')).toThrow('"mips"');
    expect(formatPlatform(platformOf('arm64'))).toBe('linux/arm64/v8');
  });
});
