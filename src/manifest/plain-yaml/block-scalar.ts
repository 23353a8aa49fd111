import { CHOMPING_MODE, EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import { DASH, GREATER, HASH, hasUnprintable, PIPE, PLUS, SPACE, TAB } from './characters.ts';
import { afterLine, type Cursor, isBreak, NOT_PLAIN, skipSpaces, toEndOfLine } from './cursor.ts';

export function isBlockScalar(code: number): boolean {
  return code === PIPE || code === GREATER;
}

/** `|` or `>` with its lines; the cursor is then at the start of the next. What the lines make is js-yaml's affair. */
export function readBlockScalar(cursor: Cursor, indent: number): string {
  const { text } = cursor;
  const style = text.charCodeAt(cursor.at) === PIPE ? SCALAR_STYLE.LITERAL_BLOCK : SCALAR_STYLE.FOLDED_BLOCK;
  const chomping = readChomping(cursor);
  skipSpaces(cursor);
  if (text.charCodeAt(cursor.at) === HASH || cursor.at >= cursor.end) throw NOT_PLAIN;
  toEndOfLine(cursor);
  const valueStart = cursor.at;
  cursor.offsets.push(valueStart);
  const contentIndent = skipLines(cursor, indent);
  if (hasUnprintable(text.slice(valueStart, cursor.at))) throw NOT_PLAIN;
  return getScalarValue(text, {
    ...UNADORNED,
    valueStart,
    valueEnd: cursor.at,
    style,
    chomping,
    indent: contentIndent,
  });
}

const UNADORNED = {
  type: EVENT_ID.SCALAR,
  anchorStart: -1,
  anchorEnd: -1,
  tagStart: -1,
  tagEnd: -1,
  fast: false,
} as const;

type Chomping = (typeof CHOMPING_MODE)[keyof typeof CHOMPING_MODE];

function readChomping(cursor: Cursor): Chomping {
  const mark = cursor.text.charCodeAt(cursor.at + 1);
  const isMarked = mark === PLUS || mark === DASH;
  cursor.at += isMarked ? 2 : 1;
  if (!isMarked) return CHOMPING_MODE.CLIP;
  return mark === PLUS ? CHOMPING_MODE.KEEP : CHOMPING_MODE.STRIP;
}

/** Past the lines of a block scalar; says in which column they begin, or -1 when all are empty. */
function skipLines(cursor: Cursor, indent: number): number {
  const { text, end } = cursor;
  let contentIndent = -1;
  let widestEmpty = 0;
  while (cursor.at < end) {
    let at = cursor.at;
    while (at < end && text.charCodeAt(at) === SPACE) at += 1;
    if (at === end) throw NOT_PLAIN;
    const column = at - cursor.at;
    if (isBreak(cursor, at)) {
      if (contentIndent === -1) widestEmpty = Math.max(widestEmpty, column);
    } else if (contentIndent === -1) {
      if (column <= indent) break;
      if (column < widestEmpty || text.charCodeAt(at) === TAB) throw NOT_PLAIN;
      contentIndent = column;
    } else if (column < contentIndent) break;
    cursor.at = afterLine(cursor, at);
  }
  return contentIndent;
}
