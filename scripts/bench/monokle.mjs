// @ts-check
// The peer: @monokle/validation with its Pod Security Standards and nothing else, for speed and for fixtures agreed with. It
// is installed beside the benchmark and not a dependency.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../setup.mjs';
import { manyFiles } from './corpus.mjs';
import { print, run, work } from './measure.mjs';

const PEER = '@monokle/validation@0.33.0';
const PODS = 1000;
const FIXTURES = process.env['PODPROOF_PSS_FIXTURES'] ?? join(ROOT, '..', 'shared', 'fixtures', 'pss');

/** What the peer does with a directory: one process, files read, parsed and validated as its documentation shows. */
const PROGRAM = `
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { createDefaultMonokleValidator } from '@monokle/validation';
import { parse } from 'yaml';
const validator = createDefaultMonokleValidator();
const plugins = { 'pod-security-standards': true };
await validator.preload({ plugins });
const names = validator.rules['pod-security-standards'].map(({ name }) => name);
const rules = Object.fromEntries(names.map((name) => ['pod-security-standards/' + name, 'err']));
await validator.preload({ plugins, rules });
const files = readdirSync(process.argv[2], { recursive: true }).filter((name) => name.endsWith('.yaml'));
const resources = files.map((file, index) => {
  const text = readFileSync(join(process.argv[2], file), 'utf8');
  const content = parse(text);
  const { apiVersion, kind, metadata } = content;
  const id = String(index);
  return { id, fileId: file, filePath: file, fileOffset: 0, name: metadata.name, namespace: 'default', apiVersion, kind, content, text };
});
const { runs } = await validator.validate({ resources });
const found = {};
for (const { results } of runs) {
  for (const { ruleId, locations } of results) {
    const uri = locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    (found[uri] ??= []).push(ruleId);
  }
}
console.log(JSON.stringify({ files, found }));
`;

export function benchMonokle() {
  const dir = join(work, 'monokle');
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{"type":"module","private":true}');
  const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', PEER], {
    cwd: dir,
    encoding: 'utf8',
  });
  if (installed.status !== 0) {
    process.stdout.write(`${PEER} cannot be installed, so nothing is compared with it\n`);
    return;
  }
  const program = join(dir, 'peer.mjs');
  writeFileSync(program, PROGRAM);
  const corpus = manyFiles(join(work, 'monokle-corpus'), PODS, 'small');
  const ours = run(join(ROOT, 'bin', 'podproof'), ['check', '--images', 'never', corpus]).wallMs;
  const theirs = run(process.execPath, [program, corpus]).wallMs;
  print(`check, ${PODS} small files`, ours, theirs, '@monokle/validation', 'no bound');
  if (existsSync(FIXTURES)) compareFixtures(program);
}

/**
 * The peer knows no versions: its verdict is compared with upstream's for the newest one. Whether a pod is denied for the
 * right reason is not asked of it.
 * @param {string} program
 */
function compareFixtures(program) {
  let agreed = 0;
  let total = 0;
  for (const level of ['baseline', 'restricted']) {
    const newest = newestVersion(join(FIXTURES, level));
    for (const verdict of ['pass', 'fail']) {
      const { files, found } = JSON.parse(run(process.execPath, [program, join(newest, verdict)]).stdout);
      for (const file of files) {
        const rules = (found[file] ?? []).filter(
          (/** @type {string} */ rule) => level === 'restricted' || rule.startsWith('PSS1'),
        );
        total += 1;
        if (rules.length > 0 === (verdict === 'fail')) agreed += 1;
      }
    }
  }
  process.stdout.write(`upstream's newest fixtures: @monokle/validation agrees with ${agreed} of ${total}\n`);
}

/** @param {string} dir */
function newestVersion(dir) {
  const minors = readdirSync(dir).map((name) => Number(/^v1\.(\d+)$/.exec(name)?.[1] ?? -1));
  return join(dir, `v1.${Math.max(...minors)}`);
}
