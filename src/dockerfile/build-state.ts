import type { ContainerConfig, Image } from '../image/image.ts';
import type { MadeAccount } from './made-accounts.ts';
import type { Instruction, ParsedDockerfile } from './parsed-dockerfile.ts';
import type { PlacedProblem } from './resolve-stages.ts';
import type { Work } from './work.ts';

/** A USER line that the image is built with, in the order in which they are carried out. */
export interface UserLine {
  readonly instruction: Instruction;
  /** Variables put in. */
  readonly value: string;
  /** Variables in it that nothing gives a value. */
  readonly unset: readonly string[];
  /** Number of its stage. */
  readonly stage: number;
  /** It stands behind ONBUILD, in the base stage or in the base image. */
  readonly isTrigger: boolean;
}

/** A COPY or ADD line. */
export interface CopyLine {
  readonly instruction: Instruction;
  readonly chmod: string;
  readonly from: string | undefined;
  readonly sources: readonly string[];
  /** Absolute. */
  readonly destination: string;
  readonly stage: number;
}

/** A RUN line, and the accounts that it evidently makes. */
export interface RunLine {
  readonly instruction: Instruction;
  readonly accounts: readonly MadeAccount[];
  /** It may change accounts in a way that cannot be seen. */
  readonly mayChangeAccounts: boolean;
}

export interface ExposeLine {
  readonly instruction: Instruction;
  /** `80/tcp`. */
  readonly ports: readonly string[];
}

/** A build that would fail. */
export interface BuildProblem extends PlacedProblem {
  /** No base image can put it right. */
  readonly isCertain: boolean;
}

/** What a build comes to, instruction by instruction. */
export interface BuildState {
  readonly dockerfile: ParsedDockerfile;
  readonly base: Image | undefined;
  readonly isWindows: boolean;
  readonly work: Work;
  /** The members of the image's configuration that are texts and lists. */
  readonly config: Mutable<
    Pick<ContainerConfig, 'User' | 'WorkingDir' | 'StopSignal' | 'Entrypoint' | 'Cmd' | 'Shell'>
  >;
  /** Of the image. */
  readonly env: Map<string, string>;
  /** Of the build: ARG lines too. */
  readonly scope: Map<string, string>;
  readonly labels: Map<string, string>;
  readonly ports: Set<string>;
  readonly volumes: Set<string>;
  /** ONBUILD lines of the judged stage: its image would bring them along. */
  onBuild: Instruction[];
  /** Number of the stage at work. */
  stage: number;
  /** The stage at work has a CMD. */
  hasCmd: boolean;
  isTrigger: boolean;
  readonly users: UserLine[];
  readonly copies: CopyLine[];
  readonly runs: RunLine[];
  readonly exposes: ExposeLine[];
  /** The line that says what the image starts: its ENTRYPOINT, or its CMD where it has none. */
  command: Instruction | undefined;
  readonly failures: BuildProblem[];
}

type Mutable<T> = { -readonly [K in keyof T]: Exclude<T[K], null> | undefined };
