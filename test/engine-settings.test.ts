import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PODPROOF } from './support/paths.ts';

const TUNE_ENGINE = JSON.stringify(join(dirname(PODPROOF), 'tune-engine.cjs'));

/** What a Node.js says that runs a script. */
function said(script: string): { readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
}

/** The settings for a version of V8. */
function settingsFor(version: string): readonly unknown[] {
  return JSON.parse(
    said(`
      const settings = [];
      require('node:v8').setFlagsFromString = (setting) => settings.push(setting);
      Object.defineProperty(process.versions, 'v8', { value: '${version}' });
      require(${TUNE_ENGINE})();
      console.log(JSON.stringify(settings));
    `).stdout,
  );
}

test('this V8 knows every setting: it complains of others, above what a check says', () => {
  expect(said(`require(${TUNE_ENGINE})()`).stderr).toBe('');
});

test('what later versions of V8 do not know is not set there', () => {
  expect(settingsFor('11.3.244.8-node.33')).toContain('--ticks-before-optimization=1');
  expect(settingsFor('12.4.254.21-node.57')).toEqual([
    '--heap-growing-percent=25',
    '--semi-space-growth-factor=8',
    '--no-parallel-scavenge',
    '--no-concurrent-sweeping',
    '--no-allocation-site-pretenuring',
  ]);
});
