import type { Descriptions } from './description.ts';

const IDENTITY = {
  runAsUser: 'The user id of the first process. Without it, the USER of the image.',
  runAsGroup: 'The primary group id of the first process. Without it, that of the user in the image.',
  runAsNonRoot:
    'With true, a container whose user is 0, or is a name of which nobody knows the id, is not started: CreateContainerConfigError.',
  seccompProfile: 'Which system calls may be made.',
  appArmorProfile: 'The AppArmor profile that confines the processes, where the kernel has AppArmor.',
  seLinuxOptions: 'The SELinux label of the processes, where the kernel has SELinux.',
  windowsOptions: 'For containers of Windows only; refused on Linux.',
};

/** How pods and containers are confined. */
export const SECURITY: Descriptions = {
  PodSecurityContext: {
    type: 'What holds for all containers of the pod. Some of it a container can say otherwise.',
    fields: {
      ...IDENTITY,
      fsGroup: 'A group that every process is in, and that volumes which support it are given to.',
      fsGroupChangePolicy:
        'Always: the whole volume is given to fsGroup at each start. OnRootMismatch: only when its root directory differs.',
      supplementalGroups: 'Further groups of every process.',
      supplementalGroupsPolicy:
        "Merge: the image's own groups are added to supplementalGroups. Strict: they are not. Default: Merge.",
      sysctls:
        "Kernel parameters of the pod's namespaces. Those that are not safe must be allowed on the node.",
      seLinuxChangePolicy: 'How volumes get their SELinux label: Recursive or MountOption.',
    },
  },
  SecurityContext: {
    type: "What one container may do. Where the pod's security context has the same field, this one counts.",
    fields: {
      ...IDENTITY,
      allowPrivilegeEscalation:
        'With false, no_new_privs is set: set-user-id programs and file capabilities give nothing. Privileged containers, and those with CAP_SYS_ADMIN, cannot have false.',
      privileged:
        'All capabilities, all devices, no seccomp, no AppArmor, nothing read-only below /proc and /sys. Default: false.',
      readOnlyRootFilesystem: 'Only volumes can be written. Default: false.',
      capabilities:
        'Added to or taken from those that the runtime gives. A user other than root cannot use them.',
      procMount: 'Default masks parts of /proc; Unmasked does not, and needs hostUsers: false.',
    },
  },
  Capabilities: {
    type: 'Linux capabilities, without their prefix CAP_. Drop goes first; ALL names every one.',
    fields: { add: 'What the container gets: NET_BIND_SERVICE.', drop: 'What it loses: ALL.' },
  },
  SeccompProfile: {
    type: 'Which system calls may be made.',
    fields: {
      type: 'RuntimeDefault, Unconfined, or Localhost with a profile of the node.',
      localhostProfile: "The profile's file below the node's seccomp directory. For type Localhost alone.",
    },
  },
  AppArmorProfile: {
    type: 'The AppArmor profile that confines the processes.',
    fields: {
      type: 'RuntimeDefault, Unconfined, or Localhost with a profile that is loaded on the node.',
      localhostProfile: 'Its name. For type Localhost alone.',
    },
  },
  Sysctl: {
    type: "A kernel parameter of the pod's namespaces.",
    fields: { name: 'net.core.somaxconn, with dots.', value: 'A text, also for numbers.' },
  },
  SELinuxOptions: {
    type: 'The parts of an SELinux label.',
    fields: {
      user: 'The user part.',
      role: 'The role part.',
      type: 'The type part.',
      level: 'The level part: s0:c1,c2.',
    },
  },
};
