import { ApiError } from '../../kube/status.ts';
import { isRecord, type JsonRecord, member } from './record.ts';

/** A list of scalars with those of the patch added, each once. */
export function mergeSet(target: readonly unknown[], patch: readonly unknown[]): readonly unknown[] {
  return ordered(undefined, [...new Set([...target, ...patch])], patch, target);
}

/**
 * A list of objects that are the same when their `key` is: those of the patch are merged, added, or with
 * `$patch: delete` removed; `$patch: replace` leaves only the patch's.
 */
export function mergeListByKey(
  key: string,
  target: readonly JsonRecord[],
  patch: readonly JsonRecord[],
  merge: (old: JsonRecord, item: JsonRecord) => JsonRecord,
): readonly unknown[] {
  const isReplaced = patch.some((it) => member(it, '$patch') === 'replace');
  const removed = new Set<unknown>();
  const items: JsonRecord[] = [];
  for (const item of patch) {
    const directive = member(item, '$patch');
    if (directive === 'merge') throw bad('merging lists cannot yet be specified in the patch');
    if (directive === 'replace') continue;
    if (member(item, key) === undefined) {
      throw bad(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    }
    if (directive === 'delete') removed.add(item[key]);
    else items.push(item);
  }
  if (isReplaced) return items.map((it) => merge({}, it));
  const merged = target.filter((it) => !removed.has(member(it, key)));
  const places = new Map(placesOf(key, merged));
  for (const item of items) {
    const at = places.get(item[key]) ?? merged.length;
    merged[at] = merge(merged[at] ?? {}, item);
    places.set(item[key], at);
  }
  return ordered(key, merged, items, target);
}

/**
 * `list` with the items that `order` names in its order, and the others where they stood in `before`: an item of its
 * own goes ahead of one that it was ahead of.
 */
export function ordered(
  key: string | undefined,
  list: readonly unknown[],
  order: readonly unknown[],
  before: readonly unknown[],
): readonly unknown[] {
  const places = placesOf(key, order);
  const old = placesOf(key, before);
  const placeIn = (map: ReadonlyMap<unknown, number>, item: unknown): number | undefined =>
    map.get(identity(key, item));
  const by =
    (map: ReadonlyMap<unknown, number>) =>
    (left: unknown, right: unknown): number =>
      (placeIn(map, left) ?? Infinity) - (placeIn(map, right) ?? Infinity) || 0;
  const named = list.filter((it) => placeIn(places, it) !== undefined).sort(by(places));
  const others = list.filter((it) => placeIn(places, it) === undefined).sort(by(old));
  const result: unknown[] = [];
  let next = 0;
  for (const other of others) {
    const place = placeIn(old, other);
    for (; next < named.length; next += 1) {
      const first = placeIn(old, named[next]);
      if (place !== undefined && first !== undefined && place < first) break;
      result.push(named[next]);
    }
    result.push(other);
  }
  return [...result, ...named.slice(next)];
}

function placesOf(key: string | undefined, items: readonly unknown[]): ReadonlyMap<unknown, number> {
  const places = new Map<unknown, number>();
  for (const [index, item] of items.entries()) {
    const id = identity(key, item);
    if (!places.has(id)) places.set(id, index);
  }
  return places;
}

function identity(key: string | undefined, item: unknown): unknown {
  return key !== undefined && isRecord(item) ? member(item, key) : item;
}

function bad(message: string): ApiError {
  return new ApiError('BadRequest', message);
}
