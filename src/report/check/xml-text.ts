import { visibleText } from '../../core/visible-text.ts';
import { withoutMarks } from '../../core/without-commands.ts';

/** What XML 1.0 has no way to write: halves of surrogate pairs, and two code points that are no characters. */
const unwritable = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** The first of two of them may begin what a CI system takes for a command. */
const HASH = '&#35;';

/** A text between tags. Controls are written as `\u001b`. */
export function xmlText(text: string): string {
  return withoutMarks(writable(text).replace(/[&<>]/g, entity), HASH);
}

/** The value of an attribute, between double quotes; its lines stay lines. */
export function xmlAttribute(text: string): string {
  return withoutMarks(writable(text).replace(/[&<>"\n\t]/g, entity), HASH);
}

function writable(text: string): string {
  return visibleText(text).replace(unwritable, '\ufffd');
}

function entity(character: string): string {
  return ENTITIES[character] ?? character;
}
