import type { OptionSpec } from '../command-spec.ts';
import { PROFILE_OPTION } from '../global-options.ts';

/** What `podproof check` accepts: what to judge by, what to read, what counts, what to print. */
export const CHECK_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'level',
    value: 'LEVEL',
    choices: ['privileged', 'baseline', 'restricted'],
    description: "Pod Security level (default: the namespace's, else restricted)",
  },
  {
    name: 'version',
    value: 'VERSION',
    description: "policy version: v1.25, latest (default: the namespace's, else v1.36)",
  },
  {
    name: 'images',
    value: 'WHERE',
    choices: ['never', 'cached', 'pull'],
    description: 'cached: the local store (default); pull: registries, too; never',
  },
  PROFILE_OPTION,
  {
    name: 'pod-security',
    value: 'FILE',
    description: "the cluster's PodSecurityConfiguration: defaults and exemptions",
  },
  { name: 'as', value: 'USER', description: 'who makes the pods, for exemptions of users' },
  {
    name: 'template-path',
    value: 'PATH',
    description: 'pod template of custom resources: spec.workload.podTemplate',
  },
  {
    name: 'build-arg',
    value: 'NAME=VALUE',
    repeatable: true,
    description: 'an argument of Dockerfiles, as for docker build',
  },
  { name: 'target', value: 'STAGE', description: 'stage of a Dockerfile to judge (default: the last)' },
  {
    name: 'values',
    value: 'FILE',
    repeatable: true,
    description: 'values of charts, as for helm template',
  },
  { name: 'exclude', value: 'GLOB', repeatable: true, description: 'paths in directories to leave out' },
  { name: 'changed', value: 'REF', description: 'only files that changed since the git ref: origin/main' },
  {
    name: 'config',
    value: 'FILE',
    description: 'settings (default: podproof.yaml here or above, in a repository)',
  },
  { name: 'no-config', description: 'without any podproof.yaml' },
  { name: 'baseline', value: 'FILE', description: 'findings that are known: only new ones fail' },
  { name: 'write-baseline', value: 'FILE', description: 'make a baseline of what is found now, and succeed' },
  {
    name: 'fail-on',
    value: 'WHAT',
    choices: ['denied', 'would-not-start', 'warning', 'never'],
    description: 'denied, would-not-start (default), warning, never: see below',
  },
  {
    name: 'output',
    short: 'o',
    value: 'FORMAT[=FILE]',
    repeatable: true,
    description: 'text (default), json, sarif, junit, markdown, github; or several',
  },
  { name: 'details', description: 'text: every container in full, also of directories' },
  { name: 'matrix', description: 'instead: every level and version at a glance' },
  {
    name: 'diff-versions',
    value: 'FROM..TO',
    description: 'instead: what an upgrade changes: v1.34..latest',
  },
];
