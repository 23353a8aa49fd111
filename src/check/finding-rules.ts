import type { FindingClass } from '../core/check-finding.ts';

/** A rule that is podproof's own, or a reason of the kubelet: `[title, class, what it means, what to do]`. */
type RuleRow = readonly [title: string, class_: FindingClass, description: string, help: string];

/** Every reason for which a container would not start, and every code of a finding, with its explanation. */
export const FINDING_RULES: Readonly<Record<string, RuleRow>> = {
  // What the API server, the kubelet and the runtime refuse.
  unreadable: [
    'The input could not be read',
    'unreadable',
    'The file, or a document in it, is no manifest: nothing is known of what it would do.',
    'Correct the place that the message names, or exclude the file.',
  ],
  invalid: [
    'The API server would refuse the object',
    'invalid',
    "The object breaks a rule of Kubernetes' API; the message is the API server's own.",
    'Correct the field that the message names.',
  ],
  CreateContainerConfigError: [
    'The kubelet would not make the container',
    'would-not-start',
    'The pod is admitted, and the kubelet then refuses to make a container of it: most often since runAsNonRoot cannot be verified with this image.',
    'Write a numeric `runAsUser` other than 0, or let the image say `USER` with a number.',
  ],
  CreateContainerError: [
    'The container runtime would not make the container',
    'would-not-start',
    'The pod is admitted, and the container runtime then refuses to make a container of it: a profile, a capability or a user that is not there.',
    'Correct the field that the message names.',
  ],
  FailedCreatePodSandBox: [
    'The pod sandbox could not be made',
    'would-not-start',
    'The pod is admitted, and its sandbox cannot be made: a host name or namespaces that the kernel does not take.',
    'Correct the field that the message names.',
  ],
  SysctlForbidden: [
    'The kubelet forbids a sysctl',
    'would-not-start',
    'The pod asks for a sysctl that is not safe and that the kubelet was not told to allow.',
    'Remove the sysctl, or have the node allow it with `--allowed-unsafe-sysctls`.',
  ],
  AppArmor: [
    'The kubelet refuses the AppArmor profile',
    'would-not-start',
    'The pod asks for AppArmor on a node that cannot enforce it, or for a profile that cannot be read.',
    'Use a profile that is loaded on the node, or `RuntimeDefault`.',
  ],
  // About the user.
  'implicit-root': [
    'Runs as root without being told to',
    'warning',
    'Neither the manifest nor the image names another user, so the process runs with uid 0.',
    'Write `runAsNonRoot: true` and a `runAsUser` other than 0.',
  ],
  'root-group': [
    'Runs with group 0',
    'warning',
    'The user is not root, but its group is: files that only the group root may write are open to it.',
    'Write `runAsGroup`, unless the image is made for group 0.',
  ],
  'run-as-non-root-overridden': [
    "A container cancels the pod's runAsNonRoot",
    'warning',
    "A container's runAsNonRoot: false goes before the pod's true.",
    'Remove `runAsNonRoot` from the container.',
  ],
  'image-user-unknown': [
    'Whether it starts depends on an image that was not read',
    'warning',
    'runAsNonRoot is asked for without runAsUser, and the USER of the image is not known.',
    'Write `runAsUser` with a number, or check with `--images pull`.',
  ],
  'image-group-lost': [
    "The group of the image's USER does not count",
    'warning',
    'Docker runs USER user:group with that group; Kubernetes takes the group of the account in /etc/passwd.',
    'Write `runAsGroup`.',
  ],
  'image-unknown': [
    'The image was not looked at',
    'note',
    'Nothing is known of the image: the verdict assumes that it runs as root and has no accounts.',
    'Check with `--images pull`, or load the image into the local store: `podproof image pull REF`.',
  ],
  'id-outside-user-namespace': [
    'An id that the user namespace does not have',
    'warning',
    'With hostUsers: false a pod has 65536 ids; a process cannot run with others.',
    'Use ids below 65536.',
  ],
  'too-many-groups': [
    'More groups than the kernel takes',
    'warning',
    'The kernel takes at most 65536 supplementary groups.',
    'List fewer groups in `supplementalGroups`.',
  ],
  // About privileges.
  'privilege-escalation-possible': [
    'Setuid programs can become root',
    'warning',
    'allowPrivilegeEscalation is not set, and that allows it.',
    'Write `allowPrivilegeEscalation: false`.',
  ],
  'capabilities-without-root': [
    'Capabilities that the process does not get',
    'warning',
    'Added capabilities reach only the bounding set of a process that is not root.',
    'Use a file capability in the image, or do without.',
  ],
  'capabilities-ignored': [
    'capabilities have no effect on a privileged container',
    'warning',
    'A privileged container has all capabilities, whatever is added or dropped.',
    'Remove `privileged` and add the capabilities that are needed.',
  ],
  'capability-prefix': [
    'A capability that containerd does not know',
    'warning',
    'containerd puts CAP_ before every name, so that CAP_NET_ADMIN is neither added nor dropped.',
    'Write the name without `CAP_`.',
  ],
  'unknown-capability': [
    'A capability that Linux does not have',
    'warning',
    'The name is none of capabilities(7): the container runtime ignores or refuses it.',
    'Correct the name.',
  ],
  'capability-unavailable': [
    'A capability that this machine cannot give',
    'warning',
    'The machine itself lacks the capability; the node of a cluster would give it.',
    'Run it on a machine that has it.',
  ],
  'seccomp-ignored': [
    'seccompProfile has no effect on a privileged container',
    'warning',
    'A privileged container runs without a filter, whatever profile is named.',
    'Remove `privileged` and add the capabilities that are needed.',
  ],
  'seccomp-annotation-ignored': [
    'A seccomp annotation has no effect',
    'warning',
    'Since Kubernetes 1.27 only the field counts.',
    'Write `securityContext.seccompProfile`.',
  ],
  'apparmor-unavailable': [
    'AppArmor is not there',
    'warning',
    'The machine has no AppArmor: the profile is not applied.',
    'Run it on a machine that has it.',
  ],
  'selinux-unavailable': [
    'SELinux is not there',
    'warning',
    'The machine has no SELinux: the label is not applied.',
    'Run it on a machine that has it.',
  ],
  // About files.
  'read-only-root-image-writes': [
    'The image writes to a root that is read-only',
    'warning',
    'The image says by its configuration what it runs, or which directories it writes to, and no writable volume lies there.',
    'Mount an `emptyDir` at the directories that the message names.',
  ],
  'read-only-root-without-volume': [
    'A read-only root and no place to write',
    'warning',
    'The root file system is read-only and no writable volume is mounted: writing fails everywhere, /tmp included.',
    'Mount an emptyDir where the program writes.',
  ],
  'privileged-read-only-root': [
    'A read-only root undone by privileged',
    'warning',
    'A privileged process can mount the root again to write.',
    'Remove `privileged`.',
  ],
  'fs-group-on-host-path': [
    'fsGroup is not applied to a hostPath',
    'warning',
    'The kubelet leaves the owner of a hostPath as it is.',
    'Give the directory to the group on the node, or use a PersistentVolumeClaim.',
  ],
  'service-account-token-not-mounted': [
    'A token that a cluster would mount',
    'note',
    'On a cluster the token of the service account would be mounted.',
    'Write `automountServiceAccountToken: false`, or true to have it mounted here as well.',
  ],
  'oom-score-adj-clamped': [
    'oom_score_adj cannot be lowered here',
    'note',
    'The machine lacks CAP_SYS_RESOURCE.',
    'Nothing: on a cluster the value is as wanted.',
  ],
  // About the manifest.
  'invalid-name': [
    'A name that the API server refuses',
    'warning',
    'The name has no bearing on how the pods are confined; templates fill it in late.',
    'Correct the name.',
  ],
  'unknown-field': [
    'A field of a pod template that is not read',
    'warning',
    'The template of a custom resource has a field that no pod has; its controller may know it.',
    'Correct the field, or leave it.',
  ],
  'field-not-carried-out': [
    'A field that is not carried out',
    'warning',
    'podproof does not do what the field asks for; the message says why.',
    'See docs/conformance.md.',
  ],
  'ephemeral-containers-on-create': [
    'Ephemeral containers of a pod that does not run yet',
    'warning',
    'The API server takes ephemeral containers only for pods that exist.',
    'Add them to the running pod with `kubectl debug`.',
  ],
  'windows-pod': [
    'A pod for Windows',
    'warning',
    'Only Linux is predicted; the verdict of the policy counts for both.',
    'Nothing.',
  ],
  'namespace-label-invalid': [
    'A label of the namespace that cannot be read',
    'warning',
    'A pod-security.kubernetes.io label has a value that is no level or no version; the strictest then counts.',
    'Correct the label.',
  ],
  'pod-security-warning': [
    'A warning of Pod Security admission',
    'warning',
    'The pod is admitted, and violates the level that its namespace warns of.',
    'Correct what the message names before the namespace enforces that level.',
  ],

  // What takes findings out of the counts.
  'ignore-without-reason': [
    'An ignore annotation without a reason',
    'warning',
    'A podproof.dev/ignore annotation counts only with the reason why the finding is accepted.',
    'Write `podproof.dev/ignore: "hostNamespaces: reads the host\'s processes"`.',
  ],
  'ignore-unknown-check': [
    'An ignore annotation that names no check',
    'warning',
    'A podproof.dev/ignore annotation names checks by their ids; what is none does not count, and neither does `*`.',
    'Correct the id: docs/checks.md lists them all.',
  ],
  'ignore-too-long': [
    'An ignore annotation with too many entries',
    'warning',
    'Only the first hundred entries of a podproof.dev/ignore annotation count.',
    'Use exemptions in podproof.yaml.',
  ],
  'ignore-unused': [
    'An ignore annotation that ignores nothing',
    'note',
    'There is no finding any more that the podproof.dev/ignore annotation names.',
    'Take the entry out.',
  ],
  'exemption-expired': [
    'An exemption that has expired',
    'warning',
    'The last day of the exemption in podproof.yaml is over: it does not count.',
    'Take it out, or write a later day with a reason that still holds.',
  ],
  'exemption-expires-soon': [
    'An exemption that expires within two weeks',
    'note',
    'From the day after its last one on, the exemption in podproof.yaml does not count.',
    'Correct what it is about, or write a later day.',
  ],
  'exemption-unused': [
    'An exemption that matches nothing',
    'note',
    'Everything was checked, and the exemption in podproof.yaml took nothing out.',
    'Take it out.',
  ],
  'baseline-outdated': [
    'Findings of the baseline are gone',
    'note',
    'The baseline knows findings that do not occur any more; if they came back, nobody would see it.',
    'Write it anew with `--write-baseline`.',
  ],
};
