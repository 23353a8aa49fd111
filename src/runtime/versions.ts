import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findPlugin, readPluginVersion } from './cni/plugin.ts';
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
  const ask = async (
    program: string | undefined,
    read: (program: string) => Promise<string>,
  ): Promise<readonly [string, string]> => {
    if (program === undefined) return ['', 'not installed'];
    const { size, mtimeMs } = statSync(program);
    const key = `${program} ${size} ${mtimeMs}`;
    return [key, kept[key] ?? (await read(program))];
  };
  const [runtime, monitor, cni] = await Promise.all([
    ask(context.runtime.program, readVersion),
    ask(context.monitor, readVersion),
    ask(findPlugin('bridge'), readPluginVersion),
  ]);
  const answers = Object.fromEntries([runtime, monitor, cni]);
  if (Object.keys(answers).some((key) => kept[key] === undefined)) {
    mkdirSync(context.layout.runDir, { recursive: true });
    writeFileSync(file, JSON.stringify(answers));
  }
  return { runtime: runtime[1], monitor: monitor[1], cni: cni[1] };
}

/** `runc 1.1.5+ds1` of `runc version 1.1.5+ds1`. */
async function readVersion(program: string): Promise<string> {
  const { stdout } = await runProgram(program, ['--version']);
  const match = /^(\w+) version (\S+)/m.exec(stdout);
  return match === null ? 'unknown' : `${match[1]} ${match[2]}`;
}
