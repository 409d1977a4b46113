import { getMessageBytes, Protocol } from '@colyseus/core';
import { Encoder, Reflection } from '@colyseus/schema';
import { Room } from '@colyseus/sdk';
import { describe, expect, it } from 'vitest';
import { Probe } from '#rooms/testing/probe-state.ts';
import * as protocol from '#schema/protocol.ts';
import { CLOSE, type Frame, JOINED, LEAVE, OUTBOX_WINDOW, REQUEST, readFrame, requestFrame } from './wire.ts';

/** What the SDK sends for the same requests, in order. */
function bySdk(requests: readonly [type: string, payload: unknown][]): number[][] {
  const frames: number[][] = [];
  const room = new Room('any');
  room.connection = { isOpen: true, send: (bytes: Uint8Array) => frames.push([...bytes]) } as never;
  // Nobody answers.
  for (const [type, payload] of requests) room.request(type, payload, { timeout: 1 }).catch(() => {});
  return frames;
}

const is = <K extends Frame['is']>(frame: Frame, kind: K) => {
  expect(frame.is).toBe(kind);
  return frame as Extract<Frame, { is: K }>;
};

describe('the wire', () => {
  it('[W3] a request has the bytes that the SDK sends', () => {
    const requests: [string, unknown][] = [
      ['resume', { outbox: 'a-random-outbox', token: 'x'.repeat(900) }],
      ['submit', { first: 1, commands: [{ type: 'steer', payload: { vx: 50.25, vy: -3 } }] }],
      ['submit', { first: 2 ** 31, commands: [{ type: 'post', payload: { text: 'Grüße, 😀' } }] }],
      ...Array.from({ length: 300 }, (): [string, unknown] => ['digest', {}]),
    ];
    const own = requests.map(([type, payload], id) => [...requestFrame(id, type, payload)]);
    expect(own).toEqual(bySdk(requests));
  });

  it('[W3] each request has its own bytes, because k6 sends them later', () => {
    const first = requestFrame(1, 'submit', { text: 'first' });
    const before = [...first];
    requestFrame(2, 'submit', { text: 'other' });
    expect([...first]).toEqual(before);
  });

  it('[W3] the handshakes of a join and of a reconnection are read', () => {
    const reflection = Reflection.encode(new Encoder(new Probe()));
    const sections = [{ tag: 9, bytes: Uint8Array.of(1, 2, 3) }];
    const first = is(
      readFrame(getMessageBytes[Protocol.JOIN_ROOM]('a-token', 'schema', reflection, sections)),
      'joined',
    );
    expect([first.token, [...(first.reflection ?? [])]]).toEqual(['a-token', [...reflection]]);
    const back = is(readFrame(getMessageBytes[Protocol.JOIN_ROOM]('another', 'schema')), 'joined');
    expect([back.token, back.reflection]).toEqual(['another', undefined]);
  });

  it.each([
    ['an answer', 7, 0, { ok: true, replies: [{ ok: true, seq: 12 }] }, true],
    ['an answer without content', 300, 0, undefined, true],
    ['a rejection', 70_000, 1, { name: 'x' }, false],
    ['an error', 1, 2, { message: 'y' }, false],
  ])('[W3] %s is read', (_, id, status, payload, ok) => {
    const frame = readFrame(getMessageBytes[Protocol.ROOM_RESPONSE](id, status, payload));
    expect(is(frame, 'reply')).toEqual({ is: 'reply', id, ok, payload });
  });

  it('[W3] errors and states are read, and other frames are ignored', () => {
    const error = readFrame(getMessageBytes[Protocol.ERROR](409, 'room-full'));
    expect(error).toEqual({ is: 'error', code: 409, message: 'room-full' });
    expect(readFrame(Uint8Array.of(Protocol.ROOM_STATE, 1, 2))).toEqual({ is: 'state', bytes: Uint8Array.of(1, 2) });
    expect(readFrame(Uint8Array.of(Protocol.ROOM_STATE_PATCH, 3))).toEqual({ is: 'patch', bytes: Uint8Array.of(3) });
    expect(is(readFrame(getMessageBytes[Protocol.PING]()), 'other').code).toBe(Protocol.PING);
  });

  it('[W3] names, codes and sizes equal those of the schema layer', () => {
    expect([[...JOINED], [...LEAVE]]).toEqual([[Protocol.JOIN_ROOM], [Protocol.LEAVE_ROOM]]);
    expect({ REQUEST, CLOSE, OUTBOX_WINDOW }).toEqual({
      REQUEST: protocol.REQUEST,
      CLOSE: protocol.CLOSE,
      OUTBOX_WINDOW: protocol.OUTBOX_WINDOW,
    });
  });
});
