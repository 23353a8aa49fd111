import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dataFrame,
  pingFrame,
  rstStreamFrame,
  type SpdyFrame,
  SpdyFrameReader,
  synReplyFrame,
} from './spdy-frames.ts';

/** With the pieces of data put together again: how data is cut is nobody's business. */
function joined(frames: readonly SpdyFrame[]): readonly SpdyFrame[] {
  const whole: SpdyFrame[] = [];
  let begun: Extract<SpdyFrame, { type: 'data' }> | undefined;
  for (const frame of frames) {
    if (frame.type !== 'data') {
      whole.push(frame);
      continue;
    }
    const goesOn = begun !== undefined && begun.streamId === frame.streamId && !begun.fin;
    begun = goesOn && begun ? { ...frame, bytes: Buffer.concat([begun.bytes, frame.bytes]) } : frame;
    if (goesOn) whole[whole.length - 1] = begun;
    else whole.push(begun);
  }
  return whole;
}

const streamId = fc.integer({ min: 1, max: 0x7fffffff });
const anyFrame = fc.oneof(
  fc
    .tuple(streamId, fc.uint8Array({ maxLength: 300 }), fc.boolean())
    .map(([id, bytes, fin]) => dataFrame(id, bytes, fin)),
  fc.tuple(streamId, fc.uint8Array({ maxLength: 300 })).map(([id, block]) => synReplyFrame(id, block)),
  streamId.map(rstStreamFrame),
  fc.integer({ min: 0, max: 0xffffffff }).map(pingFrame),
);

describe('the frame reader', () => {
  test('gives the same frames however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(anyFrame), fc.array(fc.nat(2000)), (frames, cuts) => {
        const bytes = Buffer.concat(frames);
        const whole = new SpdyFrameReader().read(bytes);
        const reader = new SpdyFrameReader();
        const edges = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort(
          (a, b) => a - b,
        );
        const pieces = edges.slice(1).map((edge, index) => Buffer.from(bytes.subarray(edges[index], edge)));
        expect(joined(pieces.flatMap((piece) => reader.read(piece)))).toEqual(joined(whole));
      }),
    );
  });

  test('takes any bytes without failing in another way than it says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        try {
          new SpdyFrameReader().read(Buffer.from(bytes));
        } catch (error) {
          expect(error).toHaveProperty('name', 'SpdyError');
        }
      }),
    );
  });

  test('hands data on before its frame is complete, and its end only then', () => {
    const reader = new SpdyFrameReader();
    const frame = dataFrame(3, Buffer.from('hello'), true);
    expect(reader.read(frame.subarray(0, 10))).toEqual([
      { type: 'data', streamId: 3, fin: false, bytes: Buffer.from('he') },
    ]);
    expect(reader.read(frame.subarray(10))).toEqual([
      { type: 'data', streamId: 3, fin: true, bytes: Buffer.from('llo') },
    ]);
  });

  test('refuses a control frame that is too long before it has come', () => {
    const header = Buffer.of(0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff);
    expect(() => new SpdyFrameReader().read(header)).toThrow('control frame of 16777215 bytes');
  });

  test('refuses another version of SPDY', () => {
    expect(() => new SpdyFrameReader().read(Buffer.of(0x80, 2, 0, 1, 0, 0, 0, 0))).toThrow('SPDY version 2');
  });

  test('refuses a frame that is shorter than its type', () => {
    expect(() => new SpdyFrameReader().read(Buffer.of(0x80, 3, 0, 3, 0, 0, 0, 0))).toThrow('only 0 bytes');
  });

  test('passes over frames that mean nothing here', () => {
    const settings = Buffer.of(0x80, 3, 0, 4, 0, 0, 0, 4, 0, 0, 0, 0);
    expect(new SpdyFrameReader().read(Buffer.concat([settings, pingFrame(1)]))).toEqual([
      { type: 'ping', id: 1 },
    ]);
  });
});
