import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import process from 'node:process';
import type { Writable } from 'node:stream';
import { PodproofError } from '../../core/errors.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { fileReason } from '../../manifest/file-reason.ts';
import { CHECK_FORMAT_NAMES, type CheckFormatName } from '../../report/check/check-format.ts';
import type { Terminal } from '../command.ts';

/** One `-o`: a format, and the file that it goes to; standard output without one. */
export interface OutputRequest {
  readonly name: CheckFormatName;
  readonly file?: string;
}

/** Reads `-o` as often as it was given: `text`, `sarif=out.sarif`. Without any it is `text`. Throws `usage`. */
export function parseOutputs(words: readonly string[]): readonly OutputRequest[] {
  const outputs = words.length === 0 ? [{ name: 'text' as const }] : words.map(parseOutput);
  const places = outputs.map(({ file }) => file ?? '');
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice === undefined) return outputs;
  throw new PodproofError(
    'usage',
    twice === ''
      ? 'two outputs cannot both go to standard output'
      : `two outputs cannot both go to "${twice}"`,
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

export async function openSink({ file }: OutputRequest, stdout: Terminal): Promise<OutputSink> {
  if (file !== undefined) return fileSink(file);
  return {
    write: async (text) => {
      stdout.write(text);
      if (stdout.stream.writableNeedDrain && !stdout.stream.destroyed) await drained(stdout.stream);
    },
    close: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

async function fileSink(file: string): Promise<OutputSink> {
  // A pipe or a device is written as it is.
  const isSpecial = (await stat(file).catch(() => undefined))?.isFile() === false;
  const partial = isSpecial ? file : `${file}.${process.pid}.partial`;
  const stream = createWriteStream(partial, { flags: isSpecial ? 'w' : 'wx' });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw cannotWrite(file, error);
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
