import { expect, test } from 'vitest';
import { cleanRuntimeText } from './runc.ts';

test('an error is taken out of JSON log lines, once, and warnings are left out', () => {
  const output = [
    '{"level":"warning","msg":"something harmless","time":"x"}',
    '{"level":"error","msg":"exec: \\"/no\\": no such file","time":"x"}',
    '{"level":"error","msg":"exec: \\"/no\\": no such file","time":"y"}',
  ].join('\n');
  expect(cleanRuntimeText(output)).toBe('exec: "/no": no such file');
});

test('an error is taken out of text log lines', () => {
  const line = 'time="2026-01-01T00:00:00Z" level=error msg="runc create failed: \\"x\\" is bad"';
  expect(cleanRuntimeText(`${line}\n`)).toBe('runc create failed: "x" is bad');
});

test('what is no log line goes through', () => {
  expect(cleanRuntimeText('panic: oh no\n')).toBe('panic: oh no');
});
