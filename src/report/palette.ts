/** The only three things that colour says. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

/** Everything that these colours put into a text. */
export const COLOUR_SEQUENCES: readonly string[] = [31, 32, 39, 2, 22].map((code) => `\u001B[${code}m`);

const same = (text: string): string => text;

/** No colour: what files, pipes and NO_COLOR get. */
export const PLAIN: Palette = { good: same, bad: same, dim: same };

/** The colours of a terminal, or none; the colour library is only loaded when it is needed. */
export async function palette(colour: boolean): Promise<Palette> {
  if (!colour) return PLAIN;
  const { createColors } = (await import('picocolors')).default;
  const { green, red, dim } = createColors(true);
  return { good: green, bad: red, dim };
}
