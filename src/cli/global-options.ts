import type { OptionSpec } from './command-spec.ts';

/** Accepted before and after the command's name. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { name: 'root', value: 'DIR', description: 'keep all state below DIR (also PODPROOF_ROOT)' },
  { name: 'help', short: 'h', description: 'show this help' },
];

/** For every command that prints a report. */
export const OUTPUT_OPTION: OptionSpec = {
  name: 'output',
  short: 'o',
  value: 'FORMAT',
  choices: ['text', 'json'],
  description: 'text for people (default), json for programs',
};

/** For every command that computes a confinement. */
export const PROFILE_OPTION: OptionSpec = {
  name: 'profile',
  value: 'NAME',
  choices: ['containerd', 'cri-o'],
  description: 'runtime whose defaults apply: containerd (default) or cri-o',
};
