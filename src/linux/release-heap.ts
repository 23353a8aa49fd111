import { type ForeignFunction, libc } from './libc.ts';

let trim: ForeignFunction | undefined;

/** Gives the kernel back what malloc(3) keeps of freed memory. Does nothing where the C library is not glibc. */
export function releaseFreeHeap(): void {
  try {
    trim ??= libc().func('int malloc_trim(size_t pad)');
    trim(0);
  } catch {
    // Others have no such function, and keep less.
  }
}
