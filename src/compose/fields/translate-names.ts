import { CONTAINER, type ServiceDraft } from '../service-draft.ts';

/** `hostname`, `dns`, `dns_search`, `dns_opt`, `extra_hosts`. */
export function translateNames(draft: ServiceDraft): void {
  const hostname = draft.text('hostname') ?? '';
  if (hostname !== '') draft.write(['spec', 'hostname'], hostname, ['hostname']);
  for (const [field, pod] of [
    ['dns', 'nameservers'],
    ['dns_search', 'searches'],
  ] as const) {
    for (const { value, at } of draft.texts([field], 'text'))
      draft.append(['spec', 'dnsConfig', pod], value, at);
  }
  for (const { value, at } of draft.texts(['dns_opt'])) {
    const [name = '', ...rest] = value.split(':');
    const option = rest.length === 0 ? { name } : { name, value: rest.join(':') };
    draft.append(['spec', 'dnsConfig', 'options'], option, at);
  }
  for (const { key, value, at } of draft.pairs(['extra_hosts'], /[=:]/)) {
    if (value !== undefined) draft.append(['spec', 'hostAliases'], { ip: value, hostnames: [key] }, at);
  }
}

const PULL: Readonly<Record<string, string>> = {
  always: 'Always',
  never: 'Never',
  if_not_present: 'IfNotPresent',
  missing: 'IfNotPresent',
};

/** `image` and `pull_policy`. A name that only the build gives is nowhere to be looked for, and not written. */
export function translateImage(draft: ServiceDraft): void {
  draft.write([...CONTAINER, 'name'], draft.name, []);
  const image = draft.text('image') ?? '';
  if (image !== '') draft.write([...CONTAINER, 'image'], image, ['image']);
  const policy = draft.text('pull_policy') ?? '';
  const imagePullPolicy = Object.hasOwn(PULL, policy) ? PULL[policy] : undefined;
  if (imagePullPolicy !== undefined)
    draft.write([...CONTAINER, 'imagePullPolicy'], imagePullPolicy, ['pull_policy']);
}
