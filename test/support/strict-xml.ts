/** An element as it was written: text between its children is joined. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const TOKEN = /<\?xml [^?<>]*\?>|<\/([\w:.-]+)>|<([\w:.-]+)((?: [\w:.-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
// What XML 1.0 cannot hold: controls, two code points that are no characters, halves of surrogate pairs.
const UNWRITABLE = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/u;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#10': '\n',
  '#9': '\t',
  '#35': '#',
  '#58': ':',
};

interface OpenElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads the XML that podproof writes and nothing else: anything that is not well-formed throws. */
export function parseStrictXml(document: string): XmlElement {
  const bad = UNWRITABLE.exec(document);
  if (bad !== null) throw new Error(`character ${JSON.stringify(bad[0])} at ${bad.index}`);
  const top: OpenElement = { name: '', attributes: {}, children: [], text: '' };
  const open: OpenElement[] = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < document.length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(document);
    const element = open.at(-1);
    if (token === null || element === undefined)
      throw new Error(`not XML: ${document.slice(start, start + 60)}`);
    const [, closed, opened, attributes = '', isEmpty, text] = token;
    if (text !== undefined) element.text += unescaped(text);
    else if (opened !== undefined) {
      const child = { name: opened, attributes: attributesOf(attributes), children: [], text: '' };
      element.children.push(child);
      if (isEmpty === '') open.push(child);
    } else if (closed !== undefined && open.pop()?.name !== closed)
      throw new Error(`</${closed}> closes another`);
  }
  const [root, ...more] = top.children;
  if (root === undefined || more.length > 0 || open.length !== 1 || top.text.trim() !== '') {
    throw new Error('not one element');
  }
  return root;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/ ([\w:.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    unescaped(value),
  ]);
  if (new Set(pairs.map(([name]) => name)).size < pairs.length)
    throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  return text.replace(/&([^;&]*);?/g, (reference, name: string) => {
    const character = reference.endsWith(';') ? ENTITIES[name] : undefined;
    if (character === undefined) throw new Error(`no entity: ${reference}`);
    return character;
  });
}
