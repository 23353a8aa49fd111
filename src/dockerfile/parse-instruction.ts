import { DockerfileParser } from 'dockerfile-ast';
import { firstInk, goTrim } from './go-space.ts';
import { type LogicalLine, placeOf } from './logical-lines.ts';
import type { EscapeCharacter, Instruction } from './parsed-dockerfile.ts';
import { splitFlags } from './split-words.ts';

/** More flags than any instruction has; the parser's time grows with their square. */
const maxFlags = 200;

/** Instructions whose arguments BuildKit cuts at white space, wherever quotes are. */
const spacedKeywords: readonly string[] = ['FROM', 'COPY', 'ADD', 'EXPOSE', 'VOLUME'];

/** The instruction of a line; undefined where it begins with no word. The keyword may be none that BuildKit knows. */
export function parseInstruction(line: LogicalLine, escape: EscapeCharacter): Instruction | undefined {
  return parseAt(line, firstInk(line.text), escape, false);
}

function parseAt(
  line: LogicalLine,
  start: number,
  escape: EscapeCharacter,
  isTrigger: boolean,
): Instruction | undefined {
  const text = line.text.slice(start);
  // The parser is shown no more than it needs: what is long is split by nobody.
  const parsed = parseText(text.slice(0, 200), escape);
  if (parsed === undefined) return undefined;
  // Not the parser's: quotes and escapes are to go, and every instruction may have flags.
  const { flags, length } = splitFlags(text.slice(parsed.end), escape);
  const restAt = firstInk(text, parsed.end + length);
  const rest = goTrim(text.slice(restAt));
  const { keyword } = parsed;
  const place = placeOf(line, start);
  const restPlace = placeOf(line, start + restAt);
  const isSpaced = spacedKeywords.includes(keyword) && (text.match(/\s--/g)?.length ?? 0) <= maxFlags;
  const words = isSpaced ? (parseText(text, escape)?.words ?? []).filter((word) => word.at >= restAt) : [];
  const hasTrigger = keyword === 'ONBUILD' && rest !== '' && !isTrigger;
  const trigger = hasTrigger ? parseAt(line, start + restAt, escape, true) : undefined;
  return {
    keyword,
    flags,
    rest,
    words: words.map((word) => text.slice(word.at, word.end)),
    json: stringsOf(rest),
    heredocs: line.heredocs,
    line: place.line,
    column: place.column,
    endLine: line.endLine,
    restLine: restPlace.line,
    restColumn: restPlace.column,
    ...(trigger !== undefined && { trigger }),
  };
}

interface ParsedText {
  readonly keyword: string;
  /** Offset behind the keyword. */
  readonly end: number;
  readonly words: readonly { readonly at: number; readonly end: number }[];
}

function parseText(text: string, escape: EscapeCharacter): ParsedText | undefined {
  // BuildKit's other white space is none to the parser.
  const spaced = text.replaceAll(/[\v\f\r]/g, ' ');
  const directive = escape === '`' ? '# escape=`\n' : '';
  const [instruction] = DockerfileParser.parse(directive + spaced).getInstructions();
  if (instruction === undefined) return undefined;
  return {
    // Not `toUpperCase` alone: it makes letters of ones that Go leaves as they are.
    keyword: instruction.getInstruction().toLowerCase().toUpperCase(),
    end: instruction.getInstructionRange().end.character,
    words: instruction.getArguments().map((argument) => ({
      at: argument.getRange().start.character,
      end: argument.getRange().end.character,
    })),
  };
}

/** A JSON array of strings; anything else is a shell's text. */
function stringsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((it) => typeof it === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
