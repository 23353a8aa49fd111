import type { Profile } from '../confinement/confinement.ts';
import type { CommandLine } from './command-line.ts';

/** `--profile`, containerd unless said. */
export function profileOf(line: CommandLine): Profile {
  return line.text('profile') === 'cri-o' ? 'cri-o' : 'containerd';
}
