import type { Read, ServiceDraft } from '../service-draft.ts';

/** Devices come to pods through device plugins, which the manifest cannot tell from any other resource. */
export function translateDevices(draft: ServiceDraft): void {
  for (const field of ['devices', 'device_cgroup_rules']) {
    for (const { value, at } of draft.items([field])) {
      const source =
        value.kind === 'scalar' ? String(value.value).split(':')[0] : draft.text(...at, 'source');
      const name = field === 'devices' ? (source ?? 'a device') : 'a rule for devices';
      tell(draft, { value: name.length > 60 ? `${name.slice(0, 60)}...` : name, at });
    }
  }
  if (draft.node(['gpus']) !== undefined) tell(draft, { value: 'GPUs', at: ['gpus'] });
  const reserved = ['deploy', 'resources', 'reservations', 'devices'];
  if (draft.node(reserved) !== undefined) tell(draft, { value: 'devices', at: reserved });
}

function tell(draft: ServiceDraft, { value, at }: Read<string>): void {
  const message = `${value} of the host: a pod gets devices from a device plugin, so this is not judged`;
  draft.tell({ severity: 'warning', code: 'compose-device', message }, at);
}
