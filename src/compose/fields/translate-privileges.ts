import { CONTAINER_SECURITY, type Read, type ServiceDraft } from '../service-draft.ts';

/**
 * `privileged`, `cap_add`, `cap_drop` and `read_only`. In Docker an added capability wins over a dropped one, in a pod the
 * drop wins: a name in both is written as added only. Docker ignores both for a privileged service. Answers whether it is.
 */
export function translatePrivileges(draft: ServiceDraft): boolean {
  if (draft.flag('read_only')) {
    draft.write([...CONTAINER_SECURITY, 'readOnlyRootFilesystem'], true, ['read_only']);
  }
  const add = capabilities(draft, 'cap_add');
  const drop = capabilities(draft, 'cap_drop');
  if (draft.flag('privileged')) {
    draft.write([...CONTAINER_SECURITY, 'privileged'], true, ['privileged']);
    if (add.length + drop.length === 0) return true;
    const message = 'cap_add and cap_drop have no effect, because the service is privileged';
    draft.tell({ severity: 'warning', code: 'compose-capabilities-ignored', message }, [
      drop.length > 0 ? 'cap_drop' : 'cap_add',
    ]);
    return true;
  }
  const added = new Set(add.map(({ value }) => value));
  const dropped = drop.filter(({ value }) => !added.has(value));
  writeList(draft, 'add', 'cap_add', add);
  writeList(draft, 'drop', 'cap_drop', dropped);
  return false;
}

function writeList(
  draft: ServiceDraft,
  list: 'add' | 'drop',
  field: 'cap_add' | 'cap_drop',
  names: readonly Read<string>[],
): void {
  const path = [...CONTAINER_SECURITY, 'capabilities', list];
  for (const { value, at } of names) draft.append(path, value, at);
  if (names.length === 0) return;
  draft.comesFrom(path, [field]);
  draft.comesFrom(path.slice(0, -1), [field]);
}

/** Docker takes any case, with and without the prefix; a pod takes `NET_ADMIN` and `ALL`. */
function capabilities(draft: ServiceDraft, field: 'cap_add' | 'cap_drop'): readonly Read<string>[] {
  return draft
    .texts([field])
    .map(({ value, at }) => ({ value: value.toUpperCase().replace(/^CAP_/, ''), at }));
}
