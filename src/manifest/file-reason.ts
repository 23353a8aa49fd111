import { messageOf, systemCodeOf } from '../core/errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENAMETOOLONG: 'the path is too long',
  EIO: 'the disk cannot read it',
};

/** Why a file or a directory could not be read, in a person's words. */
export function fileReason(error: unknown): string {
  return REASONS[systemCodeOf(error) ?? ''] ?? messageOf(error);
}
