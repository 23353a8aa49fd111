import { open } from 'node:fs/promises';
import type { Container } from '../kube/pod.ts';
import { tailLog } from './logs.ts';

const maxFileBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

/** The container's last words: its termination log, or with FallbackToLogsOnError, after a failure, its output. */
export async function readTerminationMessage(
  container: Container,
  paths: { readonly terminationLog: string; readonly log: string },
  exitCode: number,
): Promise<string | undefined> {
  const written = await readStart(paths.terminationLog);
  if (written !== '') return written;
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return undefined;
  const lines = await tailLog(paths.log, maxLogLines);
  const text = lines.map((line) => (line.complete ? `${line.text}\n` : line.text)).join('');
  const bytes = Buffer.from(text, 'utf8');
  return text === '' ? undefined : bytes.subarray(-maxLogBytes).toString('utf8');
}

/** It is the container's to write, so it may be of any size. */
async function readStart(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxFileBytes), 0, maxFileBytes, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}
