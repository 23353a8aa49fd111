import type { FieldPath } from '../../core/field-path.ts';

type Step = string | number;

/**
 * A place in the object that is validated, as a chain up to its root. The path is put together only when there is an
 * error to report, so that the many checks that find none make none.
 */
export class Place {
  readonly #parent: Place | undefined;
  readonly #step: Step;
  /** The place that upstream's text names instead of this one. */
  readonly #named: Place | undefined;

  constructor(step: Step, parent?: Place, named?: Place) {
    this.#step = step;
    this.#parent = parent;
    this.#named = named;
  }

  /** A field or an item of what stands here. */
  at(step: Step): Place {
    return new Place(step, this, this.#named?.at(step));
  }

  /** The same place, where upstream's text names another one; what is below it is named below that one. */
  namedAs(named: Place): Place {
    return new Place(this.#step, this.#parent, named);
  }

  /** From the root of the object to here. */
  get path(): FieldPath {
    const path: Step[] = [this.#step];
    for (let above = this.#parent; above !== undefined; above = above.#parent) path.push(above.#step);
    return path.reverse();
  }

  /** The path that upstream's text names; undefined where it names this one. */
  get namedPath(): FieldPath | undefined {
    return this.#named?.path;
  }
}

export const METADATA: Place = new Place('metadata');
export const SPEC: Place = new Place('spec');
