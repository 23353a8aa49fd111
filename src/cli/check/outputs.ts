import { once } from 'node:events';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { PodproofError, systemCodeOf } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { untilAborted } from '../../core/until-aborted.ts';
import { fileReason } from '../../manifest/file-reason.ts';
import { CHECK_FORMAT_NAMES, type CheckFormatName } from '../../report/check/check-format.ts';
import type { CommandContext } from '../command.ts';

/** One `-o`: a format, and the file that it goes to; standard output without one. */
export interface OutputRequest {
  readonly name: CheckFormatName;
  readonly file?: string;
}

/** Reads `-o` as often as it was given: `text`, `sarif=out.sarif`. Without any it is `text`. Throws `usage`. */
export function parseOutputs(words: readonly string[]): readonly OutputRequest[] {
  const outputs = words.length === 0 ? [{ name: 'text' as const }] : words.map(parseOutput);
  const places = outputs.map(({ file }) => (file === undefined ? '' : resolve(file)));
  const second = outputs.find((_, index) => places.indexOf(places[index] ?? '') !== index);
  if (second === undefined) return outputs;
  throw new PodproofError(
    'usage',
    second.file === undefined
      ? 'two outputs cannot both go to standard output'
      : `two outputs cannot both go to "${second.file}"`,
    { advice: 'name a file for all but one: -o sarif=podproof.sarif -o text' },
  );
}

function parseOutput(word: string): OutputRequest {
  const [written = '', ...rest] = word.split('=');
  const name = CHECK_FORMAT_NAMES.find((known) => known === written);
  if (name === undefined) {
    const meant = nearestName(written, CHECK_FORMAT_NAMES);
    throw new PodproofError(
      'usage',
      `option "-o" cannot be "${word}": it is one of ${CHECK_FORMAT_NAMES.join(', ')}, or one of them with a file: sarif=FILE`,
      meant === undefined ? {} : { advice: `did you mean  -o ${[meant, ...rest].join('=')}` },
    );
  }
  const file = rest.join('=');
  if (rest.length > 0 && file === '') throw new PodproofError('usage', `option "-o ${word}" names no file`);
  return file === '' ? { name } : { name, file };
}

/** Where an output is written. A file appears under its name when it is whole. */
export interface OutputSink {
  write(text: string): Promise<void>;
  close(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

export async function openSink(
  { file }: OutputRequest,
  { stdout, signal }: Pick<CommandContext, 'stdout' | 'signal'>,
): Promise<OutputSink> {
  if (file !== undefined) return fileSink(file, signal);
  return {
    write: async (text) => {
      // Also when the reader has gone, or the disk is full.
      signal.throwIfAborted();
      stdout.write(text);
      if (stdout.stream.writableNeedDrain && !stdout.stream.destroyed) await drained(stdout.stream);
    },
    close: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

async function fileSink(file: string, signal: AbortSignal): Promise<OutputSink> {
  // A pipe or a device is written as it is; `/dev/stdout` too, which may be a file by another name.
  const stats = await stat(file).catch(() => undefined);
  const isSpecial = stats?.isFile() === false || /^\/(?:dev|proc)\//.test(resolve(file));
  const held = stats?.isFIFO() === true ? await untilRead(file, signal) : undefined;
  const partial = isSpecial ? file : `${file}.${process.pid}.partial`;
  const stream = createWriteStream(partial, { flags: isSpecial ? 'w' : 'wx' });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw cannotWrite(file, error);
  } finally {
    await held?.close();
  }
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    write: async (text) => {
      if (failure !== undefined) throw cannotWrite(file, failure);
      if (!stream.write(text)) await drained(stream);
    },
    close: async () => {
      stream.end();
      if (!stream.closed) await once(stream, 'close');
      if (failure !== undefined) throw cannotWrite(file, failure);
      if (!isSpecial) await rename(partial, file);
    },
    discard: async () => {
      stream.destroy();
      if (!isSpecial) await rm(partial, { force: true });
    },
  };
}

const NOBODY_READS = 'ENXIO';
const PAUSE_MS = 50;

/** Opening a pipe waits for its reader, and no signal would end that. While what is returned is open, none waits. */
async function untilRead(file: string, signal: AbortSignal): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(file, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (systemCodeOf(error) !== NOBODY_READS) throw cannotWrite(file, error);
      await untilAborted(sleep(PAUSE_MS), signal);
    }
  }
}

/** Also when it has closed: the next write tells why. */
async function drained(stream: Writable): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(
    () => undefined,
  );
  // Takes back the listener that was not called.
  waiting.abort();
}

function cannotWrite(file: string, cause: unknown): PodproofError {
  return new PodproofError('invalid', `cannot write "${file}": ${fileReason(cause)}`, { cause });
}
