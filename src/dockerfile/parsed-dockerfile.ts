import type { FindingReport } from '../core/contract/check-report.ts';
import type { Work } from './work.ts';

/** How a Dockerfile is built: what `docker build` is told by `--build-arg`, `--target` and `--platform`. */
export interface DockerfileOptions {
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Name or number of the stage to judge; by default the last. */
  readonly target?: string;
  /** `linux/arm64`; by default `linux/amd64`. */
  readonly platform?: string;
}

/** A Dockerfile as BuildKit reads it, its stages found and the images of its `FROM` lines resolved. */
export interface ParsedDockerfile {
  readonly file: string;
  /** Of `# escape=`: a backslash unless the file says otherwise. */
  readonly escape: EscapeCharacter;
  readonly stages: readonly Stage[];
  /** Which of the stages is judged. */
  readonly target: number;
  /** Stages by number from the one that starts from an image to the judged one: what its image is made of. */
  readonly lineage: readonly number[];
  /** The values that a stage's `ARG NAME` gets: those above the first `FROM`, and BuildKit's own. */
  readonly globalArgs: ReadonlyMap<string, string>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly warnings: readonly FindingReport[];
  /** Reads what a base image's ONBUILD left behind. The parser comes with the file, so that who judges need not load it. */
  readonly readTrigger: (
    text: string,
    work: Work,
  ) => { readonly instruction: Instruction } | { readonly problem: string };
}

export type EscapeCharacter = '\\' | '`';

export interface Stage {
  /** In lower case, as BuildKit compares it. */
  readonly name: string | undefined;
  readonly from: Instruction;
  /** An image's name with arguments resolved, `scratch`, or the stage that it goes on from. */
  readonly base: { readonly image: string } | { readonly stage: number };
  /** Of `FROM --platform=`, resolved. */
  readonly platform: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** One instruction, its lines joined. */
export interface Instruction {
  /** In upper case: `USER`. */
  readonly keyword: string;
  readonly flags: readonly InstructionFlag[];
  /** What stands behind keyword and flags, without the bodies of here-documents. */
  readonly rest: string;
  /** `rest` cut at white space, for FROM, COPY, ADD, EXPOSE and VOLUME. */
  readonly words: readonly string[];
  /** The strings of a JSON array, where `rest` is one. */
  readonly json: readonly string[] | undefined;
  readonly heredocs: readonly string[];
  readonly line: number;
  readonly column: number;
  /** Last line, here-documents included. */
  readonly endLine: number;
  /** Where `rest` begins. */
  readonly restLine: number;
  readonly restColumn: number;
  /** What `ONBUILD` will do in a child. */
  readonly trigger?: Instruction;
}

export interface InstructionFlag {
  /** Without its dashes: `chmod`. */
  readonly name: string;
  readonly value: string | undefined;
}
