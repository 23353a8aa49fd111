import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';

/** `action.yml`, as far as tests look at it. */
export interface GitHubAction {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: {
    readonly steps: readonly {
      readonly name: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}

export interface GitLabTemplate {
  readonly text: string;
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly job: {
    readonly variables: Readonly<Record<string, string>>;
    readonly before_script: readonly string[];
    readonly script: readonly string[];
    readonly artifacts: {
      readonly paths: readonly string[];
      readonly reports: Readonly<Record<string, string>>;
    };
  };
}

export interface PreCommitHook {
  readonly id: string;
  readonly entry: string;
  readonly language: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}

function textOf(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

export function gitHubAction(): GitHubAction {
  const action: GitHubAction = parse(textOf('action.yml'));
  return action;
}

export function gitLabTemplate(): GitLabTemplate {
  const text = textOf('templates/podproof.yml');
  const [head, body] = parseAllDocuments(text);
  if (head === undefined || body === undefined) throw new Error('templates/podproof.yml has two documents');
  const { spec }: { readonly spec: Pick<GitLabTemplate, 'inputs'> } = head.toJS();
  const { podproof }: { readonly podproof: GitLabTemplate['job'] } = body.toJS();
  return { text, inputs: spec.inputs, job: podproof };
}

export function preCommitHooks(): readonly PreCommitHook[] {
  const hooks: readonly PreCommitHook[] = parse(textOf('.pre-commit-hooks.yaml'));
  return hooks;
}

/** The first group of every match. */
export function flagsIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, flag = '']) => flag);
}
