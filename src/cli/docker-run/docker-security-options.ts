import type { AppArmorProfile, SeccompProfile } from '../../kube/pod.ts';
import type { DockerFlags } from './docker-flags.ts';
import type { Remarks } from './remarks.ts';

export interface TranslatedSecurityOptions {
  readonly noNewPrivileges: boolean;
  readonly seccompProfile: SeccompProfile;
  readonly appArmorProfile?: AppArmorProfile;
}

/**
 * `--security-opt`. Docker filters system calls unless told otherwise, Kubernetes only when asked: the pod asks.
 * A profile's file is named as it will stand below the node's seccomp directory.
 */
export function translateSecurityOptions(flags: DockerFlags, remarks: Remarks): TranslatedSecurityOptions {
  let noNewPrivileges = false;
  let seccompProfile: SeccompProfile = { type: flags.privileged ? 'Unconfined' : 'RuntimeDefault' };
  let appArmorProfile: AppArmorProfile | undefined;
  for (const option of flags.securityOpt) {
    const [, name = option, value = ''] = /^([^=:]+)[=:](.*)$/s.exec(option) ?? [];
    if (name === 'no-new-privileges') {
      if (!['', 'true', 'false'].includes(value))
        remarks.problem(`--security-opt ${option}: it is true or false`);
      noNewPrivileges = value !== 'false';
    } else if (name === 'seccomp' && value !== '') {
      seccompProfile = translateSeccomp(value);
    } else if (name === 'apparmor' && value !== '') {
      appArmorProfile =
        value === 'unconfined' ? { type: 'Unconfined' } : { type: 'Localhost', localhostProfile: value };
    } else {
      remarks.problem(
        `--security-opt ${option}: only no-new-privileges, seccomp= and apparmor= have a counterpart in a pod`,
      );
    }
  }
  return { noNewPrivileges, seccompProfile, ...(appArmorProfile !== undefined && { appArmorProfile }) };
}

function translateSeccomp(value: string): SeccompProfile {
  if (value === 'unconfined') return { type: 'Unconfined' };
  if (value === 'builtin') return { type: 'RuntimeDefault' };
  return { type: 'Localhost', localhostProfile: value };
}
