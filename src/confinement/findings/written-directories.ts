import type { ConfineInput } from '../confine-input.ts';
import { cleanPath, volumeMounts } from '../volume-mounts.ts';
import { imageFacts, type KnownImage, knownImages } from './known-images.ts';

/** What of its read-only root file system an image is known to write to, and no writable volume covers. */
export interface WrittenDirectories {
  readonly program: KnownImage | undefined;
  /** Those of the program, clean and each once. */
  readonly ofProgram: readonly string[];
  /** Those that the image declares as VOLUME. */
  readonly declared: readonly string[];
}

/** Images declare one or two; more than this would only be noise. */
const maxDeclared = 16;

export function writtenDirectories(input: ConfineInput): WrittenDirectories {
  const config = input.image?.config.config;
  if (config === undefined) return { program: undefined, ofProgram: [], declared: [] };
  const facts = imageFacts(config, input.container.container.env ?? []);
  const program = knownImages.find((known) => known.isRunIn(facts));
  const doesWithout = program?.instead?.names.some((name) => facts.env.get(name) === program.instead?.value);
  const ofProgram = program === undefined || doesWithout === true ? [] : program.writes(facts);
  return {
    program,
    ofProgram: uncovered(ofProgram, input),
    declared: uncovered(Object.keys(config.Volumes ?? {}).slice(0, maxDeclared), input),
  };
}

function uncovered(directories: readonly string[], input: ConfineInput): readonly string[] {
  const mounts = volumeMounts(input).map(({ destination, readOnly }) => ({
    steps: stepsOf(destination),
    readOnly,
  }));
  const isWritable = (directory: string): boolean => {
    const steps = stepsOf(directory);
    const around = mounts.filter((mount) => mount.steps.every((step, index) => steps[index] === step));
    const nearest = around.toSorted((a, b) => b.steps.length - a.steps.length)[0];
    return nearest?.readOnly === false;
  };
  const clean = directories.filter((directory) => directory.startsWith('/')).map(cleanPath);
  return [...new Set(clean)].filter((directory) => directory !== '/' && !isWritable(directory));
}

/** In images `/var/run` and `/var/lock` are links to `/run` and `/run/lock`: a mount at either is at both. */
function stepsOf(path: string): readonly string[] {
  const real = path.replace(/^\/var(\/run|\/lock)(?=\/|$)/, (_, rest: string) =>
    rest === '/lock' ? '/run/lock' : rest,
  );
  return real.split('/').filter((step) => step !== '');
}
