import { describe, expect, it } from 'vitest';
import { parseCommandLine } from './command-line.ts';
import type { CommandSpec } from './command-spec.ts';

const spec: CommandSpec = {
  name: 'prove',
  summary: '',
  usage: ['prove -f FILE'],
  options: [
    { name: 'file', short: 'f', value: 'FILE', repeatable: true, description: '' },
    { name: 'output', short: 'o', value: 'FORMAT', choices: ['text', 'json'], description: '' },
    { name: 'all', short: 'a', description: '' },
    { name: 'tty', short: 't', description: '' },
  ],
  maxOperands: 1,
};

const docker: CommandSpec = { ...spec, name: 'run', usage: ['run IMAGE'], passThrough: true, minOperands: 1 };
delete (docker as { maxOperands?: number }).maxOperands;

describe('a command line', () => {
  it('collects repeated values in order', () => {
    const line = parseCommandLine(spec, ['-f', 'a.yaml', '--file=b.yaml', '-fc.yaml', '-f', '-']);
    expect(line.list('file')).toEqual(['a.yaml', 'b.yaml', 'c.yaml', '-']);
  });

  it("takes grouped switches and docker's --switch=false", () => {
    expect(parseCommandLine(spec, ['-at']).has('tty')).toBe(true);
    expect(parseCommandLine(spec, ['--all', '--all=false']).has('all')).toBe(false);
  });

  it('leaves everything after the first operand alone when it is passed through', () => {
    const line = parseCommandLine(docker, ['-t', 'busybox', 'sh', '-c', 'echo --all', '-o', 'yaml']);
    expect(line.operands).toEqual(['busybox', 'sh', '-c', 'echo --all', '-o', 'yaml']);
    expect(line.has('tty')).toBe(true);
    expect(line.has('all')).toBe(false);
  });

  it.each([
    [['--fiel', 'a'], 'podproof prove has no option "--fiel"', 'did you mean  --file'],
    [['-x'], 'podproof prove has no option "-x"', 'see  podproof prove --help'],
    [['-f'], 'option "-f" needs a value: FILE', undefined],
    [['-f', '--all'], 'option "-f" needs a value: FILE', undefined],
    [['-o', 'jsno'], 'option "-o" cannot be "jsno": it is one of text, json', 'did you mean  -o json'],
    [['-o', 'json', '-o', 'text'], 'option "-o" is given twice: "json" and "text"', undefined],
    [['--all=maybe'], 'option "--all" takes no value, found "maybe"', undefined],
    [['a', 'b'], 'podproof prove does not know what to do with "b"', 'usage: podproof prove -f FILE'],
  ])('%j is refused', (argv, message, advice) => {
    expect(failureOf(() => parseCommandLine(spec, argv))).toMatchObject({ code: 'usage', message, advice });
  });

  it('says of a command that takes files that they are named as they are', () => {
    const check = { ...spec, name: 'check', usage: ['check [FILE|DIR|-]...'], options: [] };
    expect(failureOf(() => parseCommandLine(check, ['-f', 'a.yaml']))).toMatchObject({
      message: 'podproof check has no option "-f"',
      advice: 'files are named as they are:  podproof check FILE',
    });
  });

  it('needs its operands, unless help is asked for', () => {
    expect(() => parseCommandLine(docker, [])).toThrow('podproof run needs an operand');
  });
});

function failureOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
