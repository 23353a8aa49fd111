import { open } from 'node:fs/promises';
import type { Container } from '../kube/pod.ts';
import { tailLog } from './logs.ts';

const maxFileBytes = 4096;
/** Of all containers of a pod together, which share it evenly. */
const maxPodBytes = 12_288;
const maxLogBytes = 2048;
const maxLogLines = 80;

/**
 * The container's last words: the end of its termination log, or with FallbackToLogsOnError, after a failure, of its
 * output; of that the start, when the pod has so many containers that each may say less (`normalizeStatus` of the
 * kubelet).
 */
export async function readTerminationMessage(
  container: Container,
  paths: { readonly terminationLog: string; readonly log: string },
  exitCode: number,
  containersOfPod: number,
): Promise<string | undefined> {
  const words = await readEnd(paths.terminationLog, maxFileBytes);
  const isFallback = container.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0;
  const bytes = words.length === 0 && isFallback ? await endOfOutput(paths.log) : words;
  const share = Math.trunc(maxPodBytes / containersOfPod);
  return bytes.length === 0 ? undefined : bytes.subarray(0, share).toString('utf8');
}

async function endOfOutput(log: string): Promise<Buffer> {
  const lines = await tailLog(log, maxLogLines);
  const text = lines.map((line) => (line.complete ? `${line.text}\n` : line.text)).join('');
  return Buffer.from(text, 'utf8').subarray(-maxLogBytes);
}

/** It is the container's to write, so it may be of any size. */
async function readEnd(path: string, max: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(max), 0, max, Math.max(0, size - max));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
