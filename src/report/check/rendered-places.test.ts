import { expect, it } from 'vitest';
import { DENIED, EMPTY_REPORT, writeAll } from '../../../test/support/check-reports.ts';
import type { CheckFormatName } from './check-format.ts';
import { checkFormat } from './formats.ts';

const rendered = { by: 'kubectl kustomize deploy/prod', template: 'deploy/base/web.yaml', templateLine: 7 };
const report = {
  ...EMPTY_REPORT,
  workloads: [{ ...DENIED, source: { file: 'deploy/prod', document: 3, line: 40, rendered } }],
};

it.each<[CheckFormatName, string]>([
  ['text', 'deploy/base/web.yaml:7  Deployment default/web\n  line 40 of  kubectl kustomize deploy/prod\n'],
  ['sarif', '"uri":"deploy/base/web.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":7,"endLine":7}'],
  ['junit', '>deploy/base/web.yaml:7\n'],
  ['markdown', '| `deploy/base/web.yaml:7` |'],
  ['github', '::error file=deploy/base/web.yaml,line=7,title='],
])('%s points to the file and the line that an object was rendered from', async (name, expected) => {
  const format = await checkFormat({ name, style: 'findings', columns: 100, colour: false });
  expect(writeAll(format, [report])).toContain(expected);
});

it('the details point there, too', async () => {
  const format = await checkFormat({ name: 'text', style: 'details', columns: 100, colour: false });
  expect(writeAll(format, [report])).toContain('deploy/base/web.yaml:7  Deployment default/web\n');
});
