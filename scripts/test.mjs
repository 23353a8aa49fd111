// @ts-check
// `npm test`: everything that must hold before a change lands, in the order in which it fails cheapest. Its last line
// is `N passed, N failed` (`, N skipped`). With CI=true a test that could not run its containers is a failure.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { machineState } from './machine-state.mjs';
import {
  build,
  buildSamples,
  CACHE,
  installNpmPackages,
  installSystemPackages,
  ROOT,
  RUN_PACKAGES,
  setUp,
  TEST_PACKAGES,
  unpackPackages,
} from './setup.mjs';

setUp(() => {
  installNpmPackages();
  installSystemPackages([...RUN_PACKAGES, ...TEST_PACKAGES]);
  unpackPackages();
  build();
  buildSamples('test');
  buildSamples('examples');
});

const totals = { passed: 0, failed: 0, skipped: 0 };

/** @param {string} name @param {string} program @param {readonly string[]} args */
function check(name, program, args) {
  const started = performance.now();
  const result = spawnSync(join(ROOT, 'node_modules', '.bin', program), args, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const ok = result.status === 0;
  totals[ok ? 'passed' : 'failed'] += 1;
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${name}  ${Math.round(performance.now() - started)} ms\n`);
  if (!ok) process.stdout.write(`${result.stdout}${result.stderr}\n`);
}

/** @param {string} project */
function suite(project) {
  const report = join(CACHE, `vitest-${project}.json`);
  rmSync(report, { force: true });
  const result = spawnSync(
    join(ROOT, 'node_modules', '.bin', 'vitest'),
    ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    totals.passed += numPassedTests;
    totals.failed += numFailedTests;
    totals.skipped += numPendingTests + numTodoTests;
    // A file that cannot be loaded, or a hook that throws, fails the run without a failed test.
    if (result.status !== 0 && numFailedTests === 0) totals.failed += 1;
  } catch {
    totals.failed += 1;
  }
}

/** A monitor ends after its container does: what is still there after two seconds stays. */
async function whatIsLeft() {
  const deadline = Date.now() + 2000;
  for (;;) {
    const left = [...machineState()].filter((line) => !before.has(line));
    if (left.length === 0 || Date.now() > deadline) return left;
    await delay(50);
  }
}

mkdirSync(CACHE, { recursive: true });
const before = machineState();
check('types', 'tsc', ['-p', 'tsconfig.json']);
check('format', 'biome', ['check', '.']);
check('lint', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'test', 'samples', 'scripts']);
check('unused code', 'knip', []);
for (const project of ['unit', 'integration', 'e2e']) suite(project);

const left = await whatIsLeft();
totals[left.length === 0 ? 'passed' : 'failed'] += 1;
process.stdout.write(
  left.length === 0
    ? 'ok    nothing left on the machine\n'
    : `FAIL  left on the machine:\n  ${left.join('\n  ')}\n`,
);

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
