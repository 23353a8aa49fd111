import { CONTAINER_SECURITY, POD_SECURITY, type ServiceDraft } from '../service-draft.ts';

/** A user or group that is known by name only, until somebody looks into the image. */
export interface NamedUser {
  readonly user: string;
  /** As written behind the colon; undefined where there is no colon. */
  readonly group: string | undefined;
}

const MAX_ID = 2 ** 31 - 1;

/**
 * `user` and `group_add`. Docker takes names, and looks them up in the image; a pod takes numbers only. A group that is
 * given takes the image's supplementary groups away, which a pod calls `Strict`.
 */
export function translateUser(draft: ServiceDraft): NamedUser | undefined {
  for (const { value, at } of draft.texts(['group_add'])) {
    const gid = idOf(value);
    if (gid !== undefined) draft.append([...POD_SECURITY, 'supplementalGroups'], gid, at);
    else tellGroupName(draft, value, at);
  }
  const at = ['user'];
  const written = draft.text('user')?.trim() ?? '';
  if (written === '') return undefined;
  if (draft.node(at)?.kind === 'scalar' && !isText(draft)) {
    draft.problem(at, 'must be a text', `write user: "${written}"`);
  }
  const [name = '', group, ...rest] = written.split(':');
  if (rest.length > 0) {
    draft.problem(at, `cannot be "${shortened(written)}": it is USER or USER:GROUP`);
    return undefined;
  }
  if ([name, group ?? ''].some((it) => /^\d+$/.test(it) && idOf(it) === undefined)) {
    draft.problem(at, `cannot be "${shortened(written)}": an id is at most ${MAX_ID}`);
    return undefined;
  }
  const uid = name === '' ? 0 : idOf(name);
  const gid = group === undefined || group === '' ? undefined : idOf(group);
  if (uid !== undefined) {
    draft.write([...CONTAINER_SECURITY, 'runAsUser'], uid, at);
    // What is a number, and not 0, is what the field promises.
    if (uid !== 0) draft.write([...CONTAINER_SECURITY, 'runAsNonRoot'], true, at);
  }
  if (gid !== undefined) {
    draft.write([...CONTAINER_SECURITY, 'runAsGroup'], gid, at);
    draft.write([...POD_SECURITY, 'supplementalGroupsPolicy'], 'Strict', at);
  }
  const isNamed = uid === undefined || (gid === undefined && group !== undefined && group !== '');
  return isNamed ? { user: name, group } : undefined;
}

/** Docker looks even `root` up, but nobody has moved it yet. */
function idOf(text: string): number | undefined {
  if (text === 'root') return 0;
  return /^\d{1,10}$/.test(text) && Number(text) <= MAX_ID ? Number(text) : undefined;
}

function isText(draft: ServiceDraft): boolean {
  const node = draft.node(['user']);
  return node?.kind === 'scalar' && typeof node.value === 'string';
}

function tellGroupName(draft: ServiceDraft, group: string, at: readonly (string | number)[]): void {
  const message = `group "${shortened(group)}" is a name: Docker looks it up in the image, a pod takes numbers only`;
  const advice = 'write the number of the group';
  draft.tell({ severity: 'warning', code: 'compose-group-name', message, advice }, at);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
