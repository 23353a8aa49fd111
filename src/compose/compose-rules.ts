import type { FindingClass } from '../core/check-finding.ts';

/** The findings that only Compose files have: `[title, class, what it means, what to do]`. */
export const COMPOSE_RULES: Readonly<
  Record<string, readonly [title: string, class_: FindingClass, description: string, help: string]>
> = {
  'compose-as-pod': [
    'Services are judged as pods',
    'note',
    "What Docker does by itself, a pod has to ask for: Docker's default profile of seccomp is judged as RuntimeDefault.",
    'Nothing; write `seccompProfile` in the pod once there is one.',
  ],
  'compose-override': [
    'A file on top of another',
    'note',
    'A service of an override file is judged together with the one that it overrides.',
    'Nothing.',
  ],
  'compose-include': [
    'Included files are not read along',
    'note',
    'Each Compose file is checked by itself.',
    'Name the included files to `podproof check`, or the directory that they are in.',
  ],
  'compose-variable-unset': [
    'Variables without a value',
    'note',
    "Variables come from defaults in the file and from `.env` beside it, not from the environment of podproof's process.",
    'Write a default, as in `${NAME:-value}`, or set the variable in `.env`.',
  ],
  'compose-not-judged': [
    'Fields that are not judged',
    'note',
    'A pod has no such field, or the field has no bearing on how a container is confined.',
    'Nothing.',
  ],
  'compose-published-ports': [
    'Published ports',
    'note',
    'What Compose publishes on the host, a cluster reaches through a Service: only `mode: host` is judged as a hostPort.',
    'Nothing.',
  ],
  'compose-built': [
    'An image that is built',
    'note',
    'An image that is not at hand is judged as the one that its Dockerfile makes, where that lies in the checked tree and its base image is known; else root is assumed.',
    'Check the Dockerfile, too.',
  ],
  'compose-incomplete': [
    'A service without an image',
    'note',
    'The file is probably used together with another one; its services are judged by what stands here.',
    'Nothing, or name the file `compose.override.yaml` beside the one that it belongs to.',
  ],
  'compose-user-name': [
    'A user by name',
    'warning',
    "Docker looks the name up in the image's /etc/passwd. A pod takes numbers only.",
    'Write `user: "UID:GID"` with the numbers that the image has for the name.',
  ],
  'compose-group-name': [
    'A group by name',
    'warning',
    "Docker looks the name up in the image's /etc/group. A pod takes numbers only.",
    'Write the number of the group.',
  ],
  'compose-capabilities-ignored': [
    'Capabilities of a privileged service',
    'warning',
    'A privileged container has all capabilities, whatever cap_add and cap_drop say.',
    'Remove `privileged: true`, and add the capabilities that are needed with `cap_add`.',
  ],
  'compose-security-opt': [
    'A security option that a pod does not have',
    'warning',
    'A pod has no counterpart of the option, or not together with the others.',
    'Remove it, if the service is to become a pod.',
  ],
  'compose-shared-namespace': [
    'A namespace of another service',
    'warning',
    'Services that share a namespace are containers of one pod in Kubernetes. Each is judged by itself.',
    'Write the services as one pod.',
  ],
  'compose-device': [
    'A device of the host',
    'warning',
    'A pod gets devices from device plugins or by dynamic resource allocation, never by a path alone.',
    'Remove it, or use a device plugin in the cluster.',
  ],
  'compose-hook': [
    'A hook with more rights than its service',
    'warning',
    'Hooks of Compose may run as another user, and privileged. Those of a pod run as the container does.',
    'Do that work in an init container.',
  ],
  'compose-no-counterpart': [
    'A field that loosens the confinement, and that a pod does not have',
    'warning',
    'The field gives a container something of the host or of another container, and nothing of a pod can be judged for it.',
    'Remove it, if the service is to become a pod.',
  ],
};
