import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { lookUp, startOfAuthority, type ZoneSource } from './zone.ts';

/** Asks the world's name servers: a query's bytes for an answer's; undefined when none answers in time. */
export type Forward = (query: Buffer, transport: Transport) => Promise<Buffer | undefined>;

export type Transport = 'udp' | 'tcp';

export interface DnsContext {
  readonly zone: ZoneSource;
  readonly forward: Forward;
}

const headerBytes = 12;
const plainLimit = 512;
/** What crosses any network in one piece (DNS flag day 2020). */
const largestUdp = 1232;
const responseCode = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
};

/**
 * The answer to a query, whatever its bytes are; undefined where there is to be none, as for what is no query itself.
 */
export async function answerQuery(
  query: Buffer,
  transport: Transport,
  context: DnsContext,
): Promise<Buffer | undefined> {
  if (query.length < headerBytes || (query.readUInt8(2) & 0x80) !== 0) return undefined;
  if ((query.readUInt8(2) & 0x78) !== 0) return refusal(query, responseCode.notImplemented);
  try {
    return await answerDecoded(query, decode(query), transport, context);
  } catch {
    // Bytes of somebody else's making that are no message, or that cannot be said again.
    return refusal(query, responseCode.formatError);
  }
}

async function answerDecoded(
  query: Buffer,
  decoded: DecodedPacket,
  transport: Transport,
  context: DnsContext,
): Promise<Buffer | undefined> {
  const [question, ...further] = decoded.questions ?? [];
  if (question === undefined || further.length > 0 || !isSayable(question.name))
    return refusal(query, responseCode.formatError);
  if ((question.class ?? 'IN') !== 'IN') return refusal(query, responseCode.refused);
  const reply = new Reply(query, decoded, transport);
  const found = lookUp(question, context.zone);
  switch (found.kind) {
    case 'found':
      return reply.encode({
        answers: rotated(found.answers),
        ...(found.additionals === undefined ? {} : { additionals: found.additionals }),
        ...(found.answers.length === 0 ? { authorities: [startOfAuthority(context.zone)] } : {}),
      });
    case 'unknown':
      return reply.encode({ rcode: responseCode.nameError, authorities: [startOfAuthority(context.zone)] });
    case 'alias':
      return reply.encode({
        answers: [found.alias, ...(await follow(found.target, question.type, context))],
      });
    case 'elsewhere': {
      const answer = await context.forward(query, transport);
      // With the question: the C library takes it for somebody else's answer otherwise, and waits on.
      if (answer === undefined) return reply.encode({ rcode: responseCode.serverFailure });
      return transport === 'udp' && answer.length > reply.limit
        ? reply.encode({ isTruncated: true })
        : answer;
    }
  }
}

/** A dot within a label is one between labels once it is text, which at a label's end leaves one of no length. */
function isSayable(name: string): boolean {
  return name === '.' || !name.split('.').includes('');
}

/** What an external name leads to; clients do not ask for that themselves. */
async function follow(
  target: string,
  type: DecodedQuestion['type'],
  { zone, forward }: DnsContext,
): Promise<readonly Answer[]> {
  if (type === 'CNAME') return [];
  const inside = lookUp({ name: target, type }, zone);
  if (inside.kind === 'found') return inside.answers;
  // One step only: an alias of an alias could go round for ever.
  if (inside.kind !== 'elsewhere') return [];
  const query = encode({
    type: 'query',
    id: Math.floor(Math.random() * 65_536),
    flags: RECURSION_DESIRED,
    questions: [{ name: target, type }],
  });
  const answer = await forward(query, 'tcp');
  return answer === undefined ? [] : (decode(answer).answers ?? []);
}

type DecodedQuestion = NonNullable<DecodedPacket['questions']>[number];

interface Content {
  readonly rcode?: number;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly additionals?: readonly Answer[];
  readonly isTruncated?: boolean;
}

class Reply {
  readonly limit: number;
  readonly #query: Buffer;
  readonly #decoded: DecodedPacket;
  readonly #isExtended: boolean;

  constructor(query: Buffer, decoded: DecodedPacket, transport: Transport) {
    this.#query = query;
    this.#decoded = decoded;
    const option = (decoded.additionals ?? []).find((it) => it.type === 'OPT');
    this.#isExtended = option !== undefined;
    const wanted = option?.type === 'OPT' ? option.udpPayloadSize : plainLimit;
    this.limit = transport === 'tcp' ? 65_535 : Math.min(Math.max(wanted, plainLimit), largestUdp);
  }

  /** Truncated when it is too long: the client then asks again over TCP. */
  encode({
    rcode = 0,
    answers = [],
    authorities = [],
    additionals = [],
    isTruncated = false,
  }: Content): Buffer {
    const { id = 0, questions = [], flags = 0 } = this.#decoded;
    const extension: readonly Answer[] = this.#isExtended
      ? [
          {
            type: 'OPT',
            name: '.',
            udpPayloadSize: largestUdp,
            extendedRcode: 0,
            ednsVersion: 0,
            flags: 0,
            flag_do: false,
            options: [],
          },
        ]
      : [];
    const bytes = encode({
      type: 'response',
      id,
      flags:
        AUTHORITATIVE_ANSWER |
        RECURSION_AVAILABLE |
        (flags & RECURSION_DESIRED) |
        (isTruncated ? TRUNCATED_RESPONSE : 0) |
        rcode,
      questions: [...questions],
      answers: [...answers],
      authorities: [...authorities],
      additionals: [...additionals, ...extension],
    });
    if (bytes.length <= this.limit) return bytes;
    if (additionals.length > 0) return this.encode({ rcode, answers, authorities });
    return isTruncated
      ? refusal(this.#query, responseCode.serverFailure)
      : this.encode({ rcode, isTruncated: true });
  }
}

/** So that clients that take the first address do not all take the same. */
function rotated(answers: readonly Answer[]): readonly Answer[] {
  const start = Math.floor(Math.random() * answers.length);
  return [...answers.slice(start), ...answers.slice(0, start)];
}

/** No more than a header, made of the query's own: shorter than what was sent. */
function refusal(query: Buffer, rcode: number): Buffer {
  const header = Buffer.alloc(headerBytes);
  query.copy(header, 0, 0, 2);
  header.writeUInt8(0x80 | (query.readUInt8(2) & 0x79), 2);
  header.writeUInt8(0x80 | rcode, 3);
  return header;
}
