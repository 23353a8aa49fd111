/** A line of a container's output, byte by byte as it wrote it, without the newline. */
export interface OutputLine {
  readonly bytes: Buffer;
  /** False for a last line that the container did not end, and for a piece of a line that is too long to be held. */
  readonly complete: boolean;
}

/** A line may be of any length, gigabytes of a container that never ends one: longer ones are handed over in pieces. */
const maxHeldBytes = 256 * 1024;
const newline = 0x0a;

export async function* outputLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<OutputLine> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  const taken = (): Buffer => {
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    return bytes;
  };
  const hold = (bytes: Buffer): void => {
    held.push(bytes);
    heldBytes += bytes.length;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      hold(chunk.subarray(start, end));
      yield { bytes: taken(), complete: true };
      start = end + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
    if (heldBytes > maxHeldBytes) yield { bytes: taken(), complete: false };
  }
  if (heldBytes > 0) yield { bytes: taken(), complete: false };
}
