// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What containers leave behind when something forgets to clean: one line per thing. @returns {ReadonlySet<string>} */
export function machineState() {
  return new Set([
    ...mounts(),
    ...entries('/sys/class/net', 'link'),
    ...entries('/run/netns', 'network namespace'),
    ...entries('/run/podproof-mounts', 'mounts of pod'),
    ...cgroups(),
    ...processes(),
    ...packetRules(),
  ]);
}

/** @returns {readonly string[]} */
function mounts() {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .trim()
    .split('\n')
    .map((line) => `mount ${line.split(' ')[4]}`);
}

/** @param {string} dir @param {string} what @returns {readonly string[]} */
function entries(dir, what) {
  return existsSync(dir) ? readdirSync(dir).map((name) => `${what} ${name}`) : [];
}

/** Directories below any hierarchy that belong to podproof. @returns {readonly string[]} */
function cgroups() {
  const root = '/sys/fs/cgroup';
  if (!existsSync(root)) return [];
  return ['', ...readdirSync(root)]
    .map((hierarchy) => join(root, hierarchy))
    .filter((dir) => existsSync(join(dir, 'cgroup.procs')))
    .flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)))
    .filter((path) => path.includes('podproof'))
    .map((path) => `cgroup ${path}`);
}

/**
 * Processes of the parts that outlive their starter. One that has ended and waits only for init to take note of it is no
 * longer there. @returns {readonly string[]}
 */
function processes() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return [];
        return ['conmon', 'runc', 'crun', 'catatonit', 'unshare'].includes(name)
          ? [`process ${pid} ${name}`]
          : [];
      } catch {
        return [];
      }
    });
}

/** Rules for packets that are about podproof's pods and services. @returns {readonly string[]} */
function packetRules() {
  const { stdout } = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  const rules = spawnSync('iptables-save', [], { encoding: 'utf8' }).stdout;
  return [
    ...(stdout ?? '').split('\n').filter((line) => /podproof/.test(line)),
    ...(rules ?? '').split('\n').filter((line) => /^-A .*(podproof|"pp-)/.test(line)),
  ].map((line) => `rule ${line}`);
}
