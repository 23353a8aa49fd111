import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPlugin } from './cni/plugin.ts';
import type { Engine } from './engine.ts';
import type { EngineContext } from './engine-context.ts';
import { readRecord } from './record-file.ts';
import { runProgram } from './run-program.ts';

/**
 * Versions of the programs that the engine uses. Asking costs milliseconds each, so that the answers are kept beside
 * the programs' size and time of change.
 */
export async function readVersions(context: EngineContext): Promise<Engine['versions']> {
  const file = join(context.layout.runDir, 'versions.json');
  const kept = readRecord<Readonly<Record<string, string>>>(file) ?? {};
  const bridge = findPlugin('bridge');
  const questions = {
    runtime: { program: context.runtime.program, args: ['--version'] },
    monitor: { program: context.monitor, args: ['--version'] },
    cni: { program: bridge ?? '', args: [] },
  };
  const ask = async ({
    program,
    args,
  }: {
    program: string;
    args: string[];
  }): Promise<readonly [string, string]> => {
    if (program === '') return ['', 'not installed'];
    const { size, mtimeMs } = statSync(program);
    const key = `${program} ${size} ${mtimeMs}`;
    return [key, kept[key] ?? (await readVersion(program, args))];
  };
  const [runtime, monitor, cni] = await Promise.all([
    ask(questions.runtime),
    ask(questions.monitor),
    ask(questions.cni),
  ]);
  const answers = Object.fromEntries([runtime, monitor, cni]);
  if (Object.keys(answers).some((key) => kept[key] === undefined)) {
    mkdirSync(context.layout.runDir, { recursive: true });
    writeFileSync(file, JSON.stringify(answers));
  }
  return { runtime: runtime[1], monitor: monitor[1], cni: cni[1] };
}

/** `1.1.5+ds1` of `runc version 1.1.5+ds1`, with the program's name; plugins print `CNI bridge plugin v1.1.1` to stderr. */
async function readVersion(program: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runProgram(program, args, { env: { PATH: process.env['PATH'] } });
  const text = `${stdout}\n${stderr}`;
  const number = /\bv?(\d+\.\d+\.\d+[^\s,]*)/.exec(text)?.[1] ?? 'unknown';
  const name = /^(\w+) version/m.exec(text)?.[1];
  return name === undefined ? number : `${name} ${number}`;
}
