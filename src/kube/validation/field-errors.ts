import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
} from '../field-error.ts';
import type { Place } from './place.ts';

/** The errors of one validation, in upstream's order: every rule adds its own. */
export class FieldErrors {
  readonly #found: FieldError[] = [];

  get found(): readonly FieldError[] {
    return this.#found;
  }

  required(place: Place, detail = ''): void {
    this.#add(required(textPath(place), detail), place);
  }

  forbidden(place: Place, detail: string): void {
    this.#add(forbidden(textPath(place), detail), place);
  }

  invalid(place: Place, value: unknown, detail: string): void {
    this.#add(invalid(textPath(place), value, detail), place);
  }

  duplicate(place: Place, value: unknown): void {
    this.#add(duplicate(textPath(place), value), place);
  }

  notFound(place: Place, value: unknown, detail = ''): void {
    this.#add(notFound(textPath(place), value, detail), place);
  }

  notSupported(place: Place, value: unknown, supported: readonly string[]): void {
    this.#add(notSupported(textPath(place), value, supported), place);
  }

  tooLong(place: Place, maxBytes: number): void {
    this.#add(tooLong(textPath(place), maxBytes), place);
  }

  tooMany(place: Place, count: number, max: number): void {
    this.#add(tooMany(textPath(place), count, max), place);
  }

  /** The last error once more: upstream repeats some for every item that is wrong in the same way. */
  repeat(): void {
    const last = this.#found.at(-1);
    if (last !== undefined) this.#found.push(last);
  }

  #add(error: FieldError, place: Place): void {
    this.#found.push(place.namedPath === undefined ? error : { ...error, at: place.path });
  }
}

function textPath(place: Place): FieldError['path'] {
  return place.namedPath ?? place.path;
}
