import { isDeepStrictEqual } from 'node:util';
import type { Subject } from './fact.ts';
import type { Observation } from './observation.ts';

/**
 * Why a difference is the process's own doing and not the runtime's, or undefined when nothing shows that it is.
 * Only for a difference that takes rights away: see docs/decisions/0030. `read` picks the field from an observation,
 * in the shape of `expected`.
 */
export function ownDoing(
  { observed, context }: Subject,
  expected: unknown,
  read: (observation: Observation) => unknown,
): string | undefined {
  if (context.atStart !== undefined && isDeepStrictEqual(read(context.atStart), expected)) {
    return 'the process changed this itself: right after its start it was as expected';
  }
  if (observed.user.changedItself)
    return 'the process dropped its rights itself, after its program was started';
  if (runsAnotherProgram(observed.args, context.startedArgs)) {
    return `the program that was started replaced itself by ${JSON.stringify(observed.args[0])}, with fewer rights`;
  }
  return undefined;
}

/**
 * A script's arguments follow its interpreter's, so that the started arguments are the tail of what runs. One with a
 * reference to a variable may have become anything.
 */
function runsAnotherProgram(args: readonly string[], startedArgs: readonly string[] | undefined): boolean {
  if (startedArgs === undefined || startedArgs.length === 0 || args.length === 0) return false;
  const tail = args.slice(-startedArgs.length);
  if (tail.length < startedArgs.length) return true;
  return startedArgs.some((started, index) => {
    if (started.includes('$(')) return false;
    return index === 0 ? !sameProgram(tail[0], started) : tail[index] !== started;
  });
}

/** A shell may be started by name and run by path. */
function sameProgram(running: string | undefined, started: string | undefined): boolean {
  return fileName(running) === fileName(started);
}

function fileName(path: string | undefined): string | undefined {
  return path?.split('/').at(-1);
}
