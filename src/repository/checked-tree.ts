import { resolve } from 'node:path';
import process from 'node:process';
import { isWithin } from './paths-within.ts';

/** The tree that must not be left when nobody names one: the working directory where the path is in it, else the path. */
export function checkedTree(directory: string): string {
  return isWithin(resolve(directory), process.cwd()) ? process.cwd() : resolve(directory);
}
