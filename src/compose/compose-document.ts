import type { Entry, MappingNode, SourceProblem } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import type { Variables } from './interpolate.ts';
import { interpolateNode } from './interpolate-node.ts';
import { mergeService, type TagOf } from './merge-service.ts';

/** A Compose file as it was written: its documents put together, variables put in. */
export interface ComposeDocument {
  readonly root: MappingNode;
  readonly tagOf: TagOf;
  /** Variables without a value, each with the place where it is asked for first. */
  readonly unset: ReadonlyMap<string, number>;
}

export interface ReadComposeDocument {
  /** Undefined when there is nothing to go on with. */
  readonly document: ComposeDocument | undefined;
  readonly problems: readonly SourceProblem[];
}

const COMPOSE_TAG = /^unknown tag !(?:reset|override)$/;

/** Reads a Compose file. Of several documents each is put on top of the ones before, as Compose does. */
export function readComposeDocument(file: string, text: string, variables: Variables): ReadComposeDocument {
  const { documents, problems: unread } = readDocuments(file, text);
  const problems = unread.filter(({ message }) => !COMPOSE_TAG.test(message));
  const tagOf = tagReader(text);
  let root: MappingNode | undefined;
  for (const { root: node } of documents) {
    if (node.kind === 'mapping') root = root === undefined ? node : mergeService(root, node, tagOf);
    else problems.push({ offset: node.offset, message: 'a Compose file is a mapping with services' });
  }
  if (root === undefined) return { document: undefined, problems };
  if (!text.includes('$')) return { document: { root, tagOf, unset: new Map() }, problems };
  const interpolated = interpolateNode(root, variables);
  const { node, unset } = interpolated;
  if (node.kind === 'mapping') root = node;
  return { document: { root, tagOf, unset }, problems: [...problems, ...interpolated.problems] };
}

/** From a key to the tag of its value; a key is short, and stands on the line of its tag. */
const TAGGED = /^[^\n#]{1,200}?:[ \t]+!(reset|override)(?!\w)/;

function tagReader(text: string): TagOf {
  if (!/!(?:reset|override)/.test(text)) return () => undefined;
  return ({ keyOffset }: Entry) => {
    const tag = TAGGED.exec(text.slice(keyOffset, keyOffset + 220))?.[1];
    return tag === 'reset' || tag === 'override' ? tag : undefined;
  };
}
