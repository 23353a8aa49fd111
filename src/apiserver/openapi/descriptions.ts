/** What `kubectl explain` tells of a type and of its fields. */
interface Description {
  readonly type?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

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

const OBJECT_FIELDS: Readonly<Record<string, string>> = {
  apiVersion: 'The group and version of the kind: v1, apps/v1.',
  kind: 'What kind of object this is.',
  metadata: 'Its name, namespace, labels, annotations, owners.',
  spec: 'What is wanted.',
  status: 'What is. The node writes it.',
};

const CORE = 'io.k8s.api.core.v1.';

const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  [`${CORE}Pod`]: {
    type: 'Containers that run together, share a network and volumes, and are confined by one security context each.',
  },
  [`${CORE}PodSpec`]: {
    type: 'What a pod runs and how it is confined.',
    fields: {
      containers: 'What runs, all at the same time. At least one.',
      initContainers: 'What runs before them, one after the other. With restartPolicy Always: a sidecar.',
      ephemeralContainers: 'Containers that were added for debugging (kubectl debug).',
      securityContext: 'For all containers; a container has the last word on the fields that both have.',
      hostUsers: 'With false, the pod has a user namespace: its root is nobody on the host. Default: true.',
      hostNetwork: "The pod uses the node's own network. Default: false.",
      hostPID: "The pod sees and can signal the node's processes. Default: false.",
      hostIPC: "The pod shares the node's IPC objects. Default: false.",
      shareProcessNamespace: 'The containers see the processes of each other. Default: false.',
      restartPolicy: 'Always, OnFailure or Never. Default: Always.',
      terminationGracePeriodSeconds: 'Time between SIGTERM and SIGKILL. Default: 30.',
      activeDeadlineSeconds: 'How long the pod may be active before it is failed.',
      volumes: 'What its containers can mount.',
      serviceAccountName: 'Whose token is mounted. Default: default.',
      automountServiceAccountToken: 'With false, no token is mounted.',
      runtimeClassName: 'The RuntimeClass that runs it.',
      nodeName: 'The node that runs it.',
      nodeSelector: 'Labels that the node must have.',
    },
  },
  [`${CORE}PodSecurityContext`]: {
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
  [`${CORE}SecurityContext`]: {
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
  [`${CORE}Capabilities`]: {
    type: 'Linux capabilities, without their prefix CAP_. Drop goes first; ALL names every one.',
    fields: { add: 'What the container gets: NET_BIND_SERVICE.', drop: 'What it loses: ALL.' },
  },
  [`${CORE}SeccompProfile`]: {
    type: 'Which system calls may be made.',
    fields: {
      type: 'RuntimeDefault, Unconfined, or Localhost with a profile of the node.',
      localhostProfile: "The profile's file below the node's seccomp directory. For type Localhost alone.",
    },
  },
  [`${CORE}AppArmorProfile`]: {
    type: 'The AppArmor profile that confines the processes.',
    fields: {
      type: 'RuntimeDefault, Unconfined, or Localhost with a profile that is loaded on the node.',
      localhostProfile: 'Its name. For type Localhost alone.',
    },
  },
  [`${CORE}Container`]: {
    type: 'One program from an image, and what it gets.',
    fields: {
      name: 'Unique in the pod, a DNS label.',
      image: 'NAME:TAG or NAME@DIGEST.',
      imagePullPolicy:
        'Always, IfNotPresent or Never. Default: Always for the tag latest, else IfNotPresent.',
      command: "In place of the image's ENTRYPOINT. $(NAME) is a variable of env.",
      args: "In place of the image's CMD.",
      workingDir: "In place of the image's WORKDIR.",
      env: 'Variables of the environment.',
      envFrom: 'All keys of ConfigMaps and Secrets as variables.',
      ports: 'What it listens on; only told to others.',
      resources: 'What it may use of the node.',
      securityContext: 'What it may do.',
      volumeMounts: 'Where it sees the volumes of the pod.',
      livenessProbe: 'When it fails, the container is restarted.',
      readinessProbe: 'While it fails, Services send nothing.',
      startupProbe: 'The other probes wait for it.',
      lifecycle: 'What is done after its start and before its end.',
      restartPolicy: 'Of an init container: Always makes it a sidecar.',
      stdin: 'Keeps its standard input open for kubectl attach.',
      tty: 'Gives it a terminal.',
    },
  },
  [`${CORE}Service`]: { type: 'One address and name for pods that are found by their labels.' },
  [`${CORE}ConfigMap`]: { type: 'Texts for pods, by key.' },
  [`${CORE}Secret`]: { type: 'The same for what not everybody shall read. Values are base64.' },
  [`${CORE}Namespace`]: {
    type: 'A space of names. Its labels pod-security.kubernetes.io/enforce, warn and audit say how pods in it must be confined.',
  },
  'io.k8s.api.apps.v1.Deployment': {
    type: 'Keeps a number of equal pods, and replaces them when the template changes.',
  },
  'io.k8s.api.batch.v1.Job': { type: 'Runs pods until enough of them have succeeded.' },
  'dev.podproof.v1.Proof': {
    type: 'What the kernel says of a pod, held against what its manifest asks for. Written by the node alone.',
  },
};

export function describeType(name: string): string | undefined {
  return DESCRIPTIONS[name]?.type;
}

export function describeField(name: string, field: string): string | undefined {
  const own = DESCRIPTIONS[name]?.fields;
  return own !== undefined && Object.hasOwn(own, field) ? own[field] : undefined;
}

/** The fields that every object begins with. */
export function describeObjectField(field: string): string | undefined {
  return Object.hasOwn(OBJECT_FIELDS, field) ? OBJECT_FIELDS[field] : undefined;
}
