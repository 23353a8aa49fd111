/** An object that is being filled. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A copy to fill. Not for maps, whose keys are a user's: `__proto__` would be lost. `{ ...object, more }` says the same,
 * but each field that such an expression adds takes V8 half a microsecond (Node.js 20), and each of these a hundredth.
 */
export function draftOf<T extends object>(object: T): Draft<T> {
  return Object.assign({}, object);
}
