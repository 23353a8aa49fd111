import type { SeccompProfile, SecurityContext } from '../pod.ts';

/**
 * Where an error's value is a whole object, Kubernetes prints its internal Go struct as JSON: every field in order,
 * with Go's name, null where it is unset.
 */
type GoField = readonly [name: string, goName: string, nested?: readonly GoField[]];

const PROFILE: readonly GoField[] = [
  ['type', 'Type'],
  ['localhostProfile', 'LocalhostProfile'],
];

const SECURITY_CONTEXT: readonly GoField[] = [
  [
    'capabilities',
    'Capabilities',
    [
      ['add', 'Add'],
      ['drop', 'Drop'],
    ],
  ],
  ['privileged', 'Privileged'],
  [
    'seLinuxOptions',
    'SELinuxOptions',
    [
      ['user', 'User'],
      ['role', 'Role'],
      ['type', 'Type'],
      ['level', 'Level'],
    ],
  ],
  [
    'windowsOptions',
    'WindowsOptions',
    [
      ['gmsaCredentialSpecName', 'GMSACredentialSpecName'],
      ['gmsaCredentialSpec', 'GMSACredentialSpec'],
      ['runAsUserName', 'RunAsUserName'],
      ['hostProcess', 'HostProcess'],
    ],
  ],
  ['runAsUser', 'RunAsUser'],
  ['runAsGroup', 'RunAsGroup'],
  ['runAsNonRoot', 'RunAsNonRoot'],
  ['readOnlyRootFilesystem', 'ReadOnlyRootFilesystem'],
  ['allowPrivilegeEscalation', 'AllowPrivilegeEscalation'],
  ['procMount', 'ProcMount'],
  ['seccompProfile', 'SeccompProfile', PROFILE],
  ['appArmorProfile', 'AppArmorProfile', PROFILE],
];

export function goInternal(profile: SeccompProfile): unknown {
  return withGoNames(profile, PROFILE);
}

export function goSecurityContext(context: SecurityContext): unknown {
  return withGoNames(context, SECURITY_CONTEXT);
}

function withGoNames(value: object, fields: readonly GoField[]): unknown {
  const entries = new Map<string, unknown>(Object.entries(value));
  const renamed = fields.map(([name, goName, nested]): readonly [string, unknown] => {
    const field = entries.get(name) ?? null;
    if (nested === undefined || typeof field !== 'object' || field === null) return [goName, field];
    return [goName, withGoNames(field, nested)];
  });
  return Object.fromEntries(renamed);
}
