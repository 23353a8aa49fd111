import { PodproofError } from '../../core/errors.ts';

/** The text as one of the words that are meant; throws for any other. */
export function oneOf<const W extends string>(text: string | undefined, words: readonly W[]): W {
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new PodproofError(
    'invalid',
    `cannot read the state of a pod: "${text ?? ''}" is none of ${words.join(', ')}`,
  );
}

/** A member that must be there in what is read. */
export function present<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new PodproofError('invalid', `cannot read the state of a pod: ${what} is missing`);
}
