import { CONTAINER_SECURITY, type Read, type ServiceDraft } from '../service-draft.ts';

/**
 * `security_opt`: `NAME=VALUE`, or `NAME:VALUE` of old. Docker filters system calls unless told otherwise, a pod only when
 * it asks: what is judged asks. A privileged service is not filtered, and its pod does not ask.
 */
export function translateSecurityOptions(draft: ServiceDraft, isPrivileged: boolean): void {
  if (!isPrivileged) {
    draft.write([...CONTAINER_SECURITY, 'seccompProfile'], { type: 'RuntimeDefault' }, ['security_opt']);
  }
  for (const option of draft.texts(['security_opt'])) translateOption(draft, option, isPrivileged);
}

function translateOption(draft: ServiceDraft, option: Read<string>, isPrivileged: boolean): void {
  const cut = option.value.search(/[=:]/);
  const name = cut === -1 ? option.value : option.value.slice(0, cut);
  const value = cut === -1 ? '' : option.value.slice(cut + 1);
  const write = (field: string, written: unknown): void => {
    draft.write([...CONTAINER_SECURITY, field], written, option.at);
  };
  switch (name) {
    case 'no-new-privileges':
      if (value !== 'false') noNewPrivileges(draft, option, isPrivileged);
      return;
    case 'seccomp':
      if (value !== '') write('seccompProfile', seccompProfile(value));
      return;
    case 'apparmor':
      if (value !== '') write('appArmorProfile', appArmorProfile(value));
      return;
    case 'label':
      label(draft, value, option);
      return;
    case 'systempaths':
      if (value === 'unconfined') write('procMount', 'Unmasked');
      else tellNoCounterpart(draft, option);
      return;
    case 'unmask':
      // Podman's; Docker refuses it.
      write('procMount', 'Unmasked');
      return;
    default:
      tellNoCounterpart(draft, option);
  }
}

function noNewPrivileges(draft: ServiceDraft, option: Read<string>, isPrivileged: boolean): void {
  if (!isPrivileged) {
    draft.write([...CONTAINER_SECURITY, 'allowPrivilegeEscalation'], false, option.at);
    return;
  }
  const message =
    'no-new-privileges with privileged: Docker takes the two together, the Kubernetes API refuses them';
  draft.tell({ severity: 'warning', code: 'compose-security-opt', message }, option.at);
}

function seccompProfile(value: string): object {
  if (value === 'unconfined') return { type: 'Unconfined' };
  return value === 'builtin' ? { type: 'RuntimeDefault' } : { type: 'Localhost', localhostProfile: value };
}

function appArmorProfile(value: string): object {
  if (value === 'unconfined') return { type: 'Unconfined' };
  return value === 'docker-default'
    ? { type: 'RuntimeDefault' }
    : { type: 'Localhost', localhostProfile: value };
}

const LABELS = ['user', 'role', 'type', 'level'];

/** `label=type:container_t`, `label=disable`; the type of a process that SELinux leaves alone is `spc_t`. */
function label(draft: ServiceDraft, value: string, option: Read<string>): void {
  const path = [...CONTAINER_SECURITY, 'seLinuxOptions'];
  if (value === 'disable') {
    draft.write([...path, 'type'], 'spc_t', option.at);
    return;
  }
  const cut = value.indexOf(':');
  const field = value.slice(0, Math.max(cut, 0));
  if (cut > 0 && LABELS.includes(field)) draft.write([...path, field], value.slice(cut + 1), option.at);
  else tellNoCounterpart(draft, option);
}

function tellNoCounterpart(draft: ServiceDraft, { value, at }: Read<string>): void {
  const shown = value.length > 60 ? `${value.slice(0, 60)}...` : value;
  const message = `a pod has no counterpart of "${shown}": it is not judged`;
  draft.tell({ severity: 'warning', code: 'compose-security-opt', message }, at);
}
