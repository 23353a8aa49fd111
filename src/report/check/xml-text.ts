import { visibleText } from '../../core/visible-text.ts';
import { withoutCommands } from '../../core/without-commands.ts';

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

/** To XML they are the characters; to a CI system that reads along they begin no command. */
const QUIET = { colon: '&#58;', hash: '&#35;' };

/** A text between tags. Controls are written as `\u001b`. */
export function xmlText(text: string): string {
  return withoutCommands(writable(text).replace(/[&<>]/g, entity), QUIET);
}

/** The value of an attribute, between double quotes; its lines stay lines. */
export function xmlAttribute(text: string): string {
  return withoutCommands(writable(text).replace(/[&<>"\n\t]/g, entity), QUIET);
}

function writable(text: string): string {
  return visibleText(text).replace(unwritable, '\ufffd');
}

function entity(character: string): string {
  return ENTITIES[character] ?? character;
}
