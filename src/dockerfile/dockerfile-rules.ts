import type { FindingClass } from '../core/check-finding.ts';

/** The findings that only Dockerfiles have: `[title, class, what it means, what to do]`. */
export const DOCKERFILE_RULES: Readonly<
  Record<string, readonly [title: string, class_: FindingClass, description: string, help: string]>
> = {
  'base-image-unknown': [
    'The base image of a Dockerfile is not at hand',
    'note',
    'Whom the image runs as depends on the base image: root is assumed, or what the makers of the base image document.',
    'Let podproof read it (`--images pull`), or write `USER` with a number.',
  ],
  'non-root-not-verifiable': [
    'runAsNonRoot would refuse the image',
    'note',
    'The level that is asked for lets pods run as root. restricted does not, and no container of the image would start there.',
    'Write `USER` with a number, or `runAsUser` in the pod.',
  ],
  'user-root-again': [
    'A USER line takes back an earlier one',
    'warning',
    'An earlier line chooses another user than root, and a later one root: only the last one counts for the image.',
    'Write `USER` with a number behind the last line that needs root.',
  ],
  'user-of-other-stage': [
    'A USER line in a stage that is left behind',
    'note',
    'The stage that makes the image does not go on from the one that chooses a user.',
    'Write the `USER` line in the last stage too.',
  ],
  'user-empty': [
    'An empty USER',
    'warning',
    'USER with an empty value, most often of a variable that nobody sets, makes the image run as root.',
    'Give the variable a value with `ARG` or `ENV`, or write the number.',
  ],
  'setuid-file': [
    'COPY or ADD makes a setuid program',
    'note',
    'allowPrivilegeEscalation: false, which the level restricted demands, takes the effect of setuid and setgid bits.',
    'Let the program do without, or give it what it needs as capabilities.',
  ],
  'sudo-command': [
    'The image starts with sudo',
    'warning',
    'sudo becomes root by its setuid bit, which has no effect under allowPrivilegeEscalation: false.',
    'Start the program itself, as the user that it is to run as.',
  ],
  'low-port': [
    'A port below 1024 for a user other than root',
    'note',
    'containerd lets anybody listen on low ports, but for pods in the network of the host; CRI-O does not.',
    'Listen on a port from 1024 on, and let a Service map the low one to it.',
  ],
  'image-without-command': [
    'The image starts nothing',
    'note',
    'The stage starts from scratch and has neither ENTRYPOINT nor CMD: its files are there to be taken out, and nothing is refused.',
    'Exclude the file, or choose another stage with `--target`, if it is no image to be run.',
  ],
  'windows-image': [
    'An image for Windows',
    'note',
    'Users are names on Windows. Under runAsNonRoot the kubelet refuses only ContainerAdministrator.',
    'Write `USER ContainerUser`.',
  ],
  'build-fails': [
    'docker build stops',
    'warning',
    'A line of the Dockerfile, or an ONBUILD line of its base image, cannot be carried out with the values that are known.',
    'Give the value that the message names.',
  ],
  'dockerfile-syntax': [
    'Another program reads the Dockerfile',
    'warning',
    'A `# syntax=` line names an image other than docker/dockerfile, which may understand the file in another way.',
    'Nothing, if it reads these lines as docker/dockerfile does.',
  ],
  'build-arg-unused': [
    'A build argument without effect',
    'warning',
    'A build argument was given that no ARG line declares.',
    'Correct its name, or declare it.',
  ],
  'duplicate-stage-name': [
    'Two stages of one name',
    'warning',
    'From the second on, the name means the second.',
    'Rename one of them.',
  ],
};
