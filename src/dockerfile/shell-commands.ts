/** One simple command of a shell's script. */
export interface ShellCommand {
  /** With their quotes. */
  readonly words: readonly string[];
  /** It is run whenever the script is, and the script fails when it does. */
  readonly isCertain: boolean;
}

/** From here on nobody knows what is run, and how often. */
const controlWords: ReadonlySet<string> = new Set([
  'if',
  'for',
  'while',
  'until',
  'case',
  'function',
  '{',
  '(',
]);

/** Cuts a script into its commands, roughly as a shell does. Conditions and loops are not followed. */
export function shellCommands(script: string): readonly ShellCommand[] {
  const commands: ShellCommand[] = [];
  let words: string[] = [];
  let isCertain = true;
  let isKnown = true;
  for (const token of shellTokens(script)) {
    if (token.kind === 'word') {
      if (words.length === 0 && controlWords.has(token.text)) isKnown = false;
      words.push(token.text);
      continue;
    }
    const isTried = token.text === '||' || token.text === '|' || token.text === '&';
    if (words.length > 0) commands.push({ words, isCertain: isKnown && isCertain && !isTried });
    words = [];
    if (isTried) isCertain = false;
    else if (token.text !== '&&') isCertain = true;
  }
  if (words.length > 0) commands.push({ words, isCertain: isKnown && isCertain });
  return commands;
}

interface Token {
  readonly kind: 'word' | 'separator';
  readonly text: string;
}

function* shellTokens(script: string): Generator<Token> {
  let at = 0;
  while (at < script.length) {
    const char = script.charAt(at);
    const separator = ['&&', '||', ';', '|', '&', '\n'].find((it) => script.startsWith(it, at));
    if (separator !== undefined) {
      yield { kind: 'separator', text: separator };
      at += separator.length;
    } else if (char === ' ' || char === '\t' || char === '\r') at += 1;
    else if (char === '#') {
      const end = script.indexOf('\n', at);
      at = end < 0 ? script.length : end;
    } else {
      const end = endOfWord(script, at);
      yield { kind: 'word', text: script.slice(at, end) };
      at = end;
    }
  }
}

function endOfWord(script: string, start: number): number {
  let quote: string | undefined;
  let at = start;
  for (; at < script.length; at += 1) {
    const char = script.charAt(at);
    if (char === '\\' && quote !== "'") at += 1;
    else if (char === quote) quote = undefined;
    else if (quote !== undefined) continue;
    else if (char === '"' || char === "'") quote = char;
    else if (' \t\r\n;|&'.includes(char)) break;
  }
  return Math.min(at, script.length);
}
