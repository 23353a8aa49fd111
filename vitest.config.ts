import { defineConfig } from 'vitest/config';

const config: ReturnType<typeof defineConfig> = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/*.test.ts'],
          // A process loads what its files share once: half of the time. No test may change what others load.
          isolate: false,
        },
      },
      {
        // Real containers on one machine: files run one after the other, so that what a file leaves behind is its own.
        test: {
          name: 'integration',
          globalSetup: 'test/support/global-setup.ts',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['test/support/global-setup.ts', 'test/support/cluster-setup.ts'],
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

export default config;
