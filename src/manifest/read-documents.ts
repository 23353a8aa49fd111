import { parseJson } from './json-document.ts';
import type { Node, SourceProblem } from './node.ts';
import { splitDocuments } from './split-documents.ts';
import { composeYaml } from './yaml-document.ts';

/** A document that holds something. `index` counts the file's documents from 0, empty ones not included. */
export interface DocumentNode {
  readonly index: number;
  readonly root: Node;
}

export interface ReadDocuments {
  readonly documents: readonly DocumentNode[];
  readonly problems: readonly SourceProblem[];
}

/** More documents than this in one file are refused. */
const MAX_DOCUMENTS = 100_000;

/**
 * The documents of a file. JSON by its name or, as Kubernetes does, when the text begins with `{` and is JSON; else YAML.
 */
export function readDocuments(name: string, text: string): ReadDocuments {
  if (name.endsWith('.json')) return documentsOfJson(text);
  if (/^\s*\{/.test(text)) {
    const json = documentsOfJson(text);
    if (json.documents.length > 0) return json;
  }
  return documentsOfYaml(text);
}

function documentsOfJson(text: string): ReadDocuments {
  const { roots, problems } = parseJson(text);
  return { documents: roots.map((root, index) => ({ index, root })), problems };
}

const EMPTY = /^(?:---)?\s*$/;

function documentsOfYaml(text: string): ReadDocuments {
  const documents: DocumentNode[] = [];
  const problems: SourceProblem[] = [];
  const stretches = splitDocuments(text);
  if (stretches.length > MAX_DOCUMENTS) {
    return {
      documents,
      problems: [{ offset: 0, message: `more than ${MAX_DOCUMENTS} documents in one file` }],
    };
  }
  for (const document of stretches) {
    if (EMPTY.test(document.text)) continue;
    for (const composed of composeYaml(document.text, document.offset)) {
      problems.push(...composed.problems);
      const { root } = composed;
      const isEmpty = root === undefined || (root.kind === 'scalar' && root.value === null);
      if (!isEmpty) documents.push({ index: documents.length, root });
    }
  }
  return { documents, problems };
}
