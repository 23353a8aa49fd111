import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { breaks } from './breaks.mjs';

// Called as  node runtime.mjs BREAK ARG RUNC [RUNC'S ARGUMENTS]:  changes the bundle before a container is created from
// it, and hands everything on to the real runtime.
const [name = '', arg = '', runc = '', ...args] = process.argv.slice(2);

if (args.includes('create')) {
  const flag = args.findIndex((each) => each === '--bundle' || each === '-b');
  const file = join(args[flag + 1] ?? '', 'config.json');
  // Larger numbers than JavaScript's stand in it only for unlimited rlimits: kept as they are written.
  const text = readFileSync(file, 'utf8').replaceAll('18446744073709551615', '"RLIM_INFINITY"');
  const config = JSON.parse(text);
  breaks[name](config, arg);
  writeFileSync(file, JSON.stringify(config).replaceAll('"RLIM_INFINITY"', '18446744073709551615'));
}
const { status } = spawnSync(runc, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
