import { Protocol } from '@colyseus/core';
import fc from 'fast-check';
import { Packr, pack, unpack } from 'msgpackr';
import { expect, it } from 'vitest';
import { INPUT_HEAD, SIGNAL_HEAD } from '#schema/lanes.ts';
import { LANE, MAX_INPUT, MAX_PAYLOAD, MAX_SIGNAL, OUTBOX_WINDOW } from '#schema/protocol.ts';
import { judgeFrame } from '#server/limits/frames.ts';
import { measurePayload, payloadBudget } from '#server/limits/msgpack.ts';
import { ascii, compiled, hostilePayload, nested, repeatedKeys, shared } from '#server/testing/hostile-msgpack.ts';

const BUDGET = payloadBudget(MAX_PAYLOAD);
const measure = (bytes: Uint8Array) => measurePayload(bytes, 0, BUDGET);
const bigAsText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

/** Bytes as the log has them. */
function kept(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString('base64') };
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(kept);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, kept(one)]));
}

/** Every value in it, as often as a walk comes by. */
function walked(value: unknown): number {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return 1;
  return Object.values(value).reduce<number>((sum, one) => sum + walked(one), 1);
}

it('[N1] an accepted payload decodes to no more values and JSON than was measured, whatever its bytes', () => {
  let [passed, most] = [0, { values: 0, json: 0 }];
  fc.assert(
    fc.property(hostilePayload, (bytes) => {
      const measured = measure(bytes);
      if (typeof measured === 'string') return;
      passed++;
      const value = unpack(bytes);
      const json = Buffer.byteLength(JSON.stringify(kept(value), bigAsText) ?? '');
      most = { values: Math.max(most.values, measured.values), json: Math.max(most.json, json) };
      expect(walked(value)).toBeLessThanOrEqual(measured.values);
      // A byte that is no UTF-8 becomes three.
      expect(json).toBeLessThanOrEqual(measured.json * 3);
      expect(measured.json).toBeLessThanOrEqual(BUDGET.json);
    }),
    { numRuns: 2_000 },
  );
  expect(passed).toBeGreaterThan(50);
});

it('[N1] every JSON value is accepted, as records and as maps, and in a full window', () => {
  const records = new Packr();
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      for (const bytes of [records.pack(value), pack(value)]) {
        const measured = measure(bytes);
        expect(measured).toHaveProperty('values');
        if (typeof measured === 'object')
          expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(measured.json);
      }
    }),
    { numRuns: 500 },
  );
  const commands = Array.from({ length: OUTBOX_WINDOW }, (_, i) => ({
    type: 'post',
    payload: { [`own${i}`]: i, text: 'x'.repeat(300), none: undefined, big: 3n },
  }));
  expect(measure(records.pack({ first: 2 ** 40, commands }))).toHaveProperty('values');
});

it('[N1] shared, repeated, deep and compiled values, trailing bytes and unbounded headers are refused by their bytes', () => {
  expect(measure(Uint8Array.from(shared(1)))).toBe('malformed');
  expect(measure(Uint8Array.from(repeatedKeys(15_000, 8_000)))).toBe('oversized');
  expect(measure(Uint8Array.from(nested(30)))).toHaveProperty('values');
  expect(measure(Uint8Array.from(nested(40)))).toBe('oversized');
  expect(measure(Uint8Array.from(compiled(81)))).toBe('oversized');
  for (const bytes of [
    [],
    [0xc0, 0xc0],
    [0xc1],
    [0xdd, 255, 255, 255, 255],
    [0xc4, 2, 1],
    [0xc6, 0, 0, 1, 0, 7],
    [0xd6, 0xff, 0, 0, 0, 0],
  ])
    expect(measure(Uint8Array.from(bytes))).toBe('malformed');
});

it("[N2] of a client's frames five kinds pass; other requests are answered, all else closes the connection", () => {
  const judge = (bytes: number[], joined = true) => judgeFrame(Uint8Array.from(bytes), joined, BUDGET);
  const request = (type: string, ...payload: number[]) => [
    Protocol.ROOM_REQUEST,
    7,
    0xa0 | type.length,
    ...ascii(type),
    ...payload,
  ];
  const lane = (type: string, length: number) => [
    Protocol.ROOM_DATA_BYTES,
    0xa0 | type.length,
    ...ascii(type),
    ...new Uint8Array(length),
  ];
  for (const [type, most] of [
    [LANE.input, INPUT_HEAD + MAX_INPUT],
    [LANE.signal, SIGNAL_HEAD + MAX_SIGNAL],
  ] as const) {
    for (const length of [0, most]) expect(judge(lane(type, length))).toEqual({ pass: true });
    expect(judge(lane(type, most + 1))).toMatchObject({ close: true });
    expect(judge(lane(type, 0), false)).toMatchObject({ close: true });
    expect(judge(lane(`${type}s`, 4))).toMatchObject({ close: true });
  }
  for (const code of [Protocol.JOIN_ROOM, Protocol.LEAVE_ROOM, Protocol.PING]) {
    expect(judge([code], false)).toEqual({ pass: true });
    expect(judge([code, 1])).toMatchObject({ close: true });
  }
  for (let code = 0; code < 256; code++)
    if (![10, 12, 18].includes(code)) expect(judge([code])).toMatchObject({ close: true });
  expect(judge(request('submit', 0xc0))).toEqual({ pass: true });
  expect(judge([Protocol.ROOM_REQUEST, 0xce, 255, 255, 255, 255, 0xa6, ...ascii('submit')])).toEqual({ pass: true });
  expect(judge(request('submit', 0xc0), false)).toMatchObject({ close: true });
  const refused = judge(request('submit', ...shared(3)));
  expect(refused).toMatchObject({ pass: false, reason: 'malformed' });
  if (!refused.pass && 'reply' in refused)
    expect(unpack(refused.reply.subarray(3))).toEqual({ ok: false, code: 'malformed', field: 'payload' });
  const unknown = judge(request('a-word-of-the-attacker', 0xc0));
  expect(unknown).toMatchObject({ reason: 'unknown-command' });
  if (!unknown.pass && 'reply' in unknown) expect(Buffer.from(unknown.reply).toString()).not.toContain('attacker');
});

it("[N1] this process's decoder builds plain data only, also without the gate", async () => {
  const { refuseExtensions } = await import('#server/limits/frames.ts');
  refuseExtensions();
  expect(() => unpack(Uint8Array.from(shared(2)))).toThrow('an extension that is refused');
  for (const type of [0x62, 0x65, 0x73, 0x74, 0x78])
    expect(() => unpack(Uint8Array.from([0xd6, type, 0, 0, 0, 0, 0x90]))).toThrow('an extension that is refused');
});
