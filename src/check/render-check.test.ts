import { expect, test } from 'vitest';
import { renderJson } from '../report/render-json.ts';
import { checkManifest } from './check-manifest.ts';
import { renderCheck } from './render-check.ts';

const REPORT = checkManifest(
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'c', image: 'a' }] },
  },
  { level: 'restricted' },
);

test('JSON is what the command prints', async () => {
  expect(await renderCheck(REPORT, 'json')).toBe(renderJson(REPORT));
});

test('SARIF has the rules that its results name', async () => {
  const sarif: unknown = JSON.parse(await renderCheck(REPORT, 'sarif', { directory: '/' }));
  expect(sarif).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { rules: expect.arrayContaining([expect.objectContaining({ id: 'runAsNonRoot' })]) },
        },
      },
    ],
  });
});

test.each([
  ['junit', '<?xml'],
  ['markdown', 'restricted'],
  ['github', '::error'],
  ['text', '1 workload: 1 denied'],
] as const)('%s', async (format, part) => {
  const text = await renderCheck(REPORT, format);
  expect(text).toContain(part);
  expect(text.endsWith('\n')).toBe(true);
});

test('text in short or in full', async () => {
  const confined = 'runs as';
  expect(await renderCheck(REPORT, 'text')).not.toContain(confined);
  expect(await renderCheck(REPORT, 'text', { style: 'details' })).toContain(confined);
});

test('another format is refused', async () => {
  // @ts-expect-error as a program without types calls it
  await expect(renderCheck(REPORT, 'xml')).rejects.toThrow('there is no format "xml": there are text, json');
});
