/** Floods by the frames of whoever has a socket. */
import { Protocol } from '@colyseus/core';
import { pack, unpack } from 'msgpackr';
import { WebSocket } from 'ws';
import { EVERYONE, encodeInput, encodeSignal } from '#schema/lanes.ts';
import { LANE, MAX_INPUT, MAX_SIGNAL } from '#schema/protocol.ts';
import { ascii, compiled, nested, repeatedKeys, shared, str } from '#server/testing/hostile-msgpack.ts';
import type { Flood, Way } from './way.ts';
import { STEERED, type World } from './world.ts';

type Answers = (bytes: Buffer) => void;

const request = (id: number, type: string, payload: Iterable<number>) =>
  Buffer.from([Protocol.ROOM_REQUEST, id, 0xa0 | type.length, ...ascii(type), ...payload]);

async function seatOf(world: World, from: string, room: string): Promise<{ path: string; token: string }> {
  const token = await world.token(from);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await world.request(from, `/matchmake/joinById/${room}`, { method: 'POST', body: '{}', headers });
  const { processId, roomId, sessionId } = (await answer.json()) as Record<string, string>;
  return { path: `/${processId}/${roomId}?sessionId=${sessionId}&_authToken=${token}`, token };
}

/** A socket that has joined, and has resumed if it is to. */
async function open(world: World, from: string, room: string, resumed: boolean): Promise<WebSocket> {
  const { path, token } = await seatOf(world, from, room);
  const socket = new WebSocket(world.origin.replace('http', 'ws') + path);
  socket.on('error', () => {});
  await heard(socket, (bytes) => bytes[0] === Protocol.JOIN_ROOM);
  socket.send(Buffer.from([Protocol.JOIN_ROOM]));
  if (resumed) await ask(socket, request(1, 'resume', pack({ outbox: `outbox-${Date.now()}`, token })));
  return socket;
}

function heard(
  socket: WebSocket,
  wanted: (bytes: Buffer) => boolean,
  told: Answers = () => {},
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const listen = (bytes: Buffer) => {
      told(bytes);
      if (wanted(bytes)) done(bytes);
    };
    const done = (found: unknown) => {
      socket.off('message', listen);
      socket.off('close', done);
      resolve(Buffer.isBuffer(found) ? found : undefined);
    };
    socket.on('message', listen);
    socket.on('close', done);
  });
}

/** Sends a request; undefined when the connection ended instead of an answer. */
function ask(socket: WebSocket, frame: Buffer, told?: Answers): Promise<Buffer | undefined> {
  const answer = heard(socket, (bytes) => bytes[0] === Protocol.ROOM_RESPONSE && bytes[1] === frame[1], told);
  socket.send(frame);
  return answer;
}

const FRAMER = 'Sends frames';
const HOSTILE = [
  shared(14),
  [...shared(14), 1],
  repeatedKeys(2_000, 2_000),
  compiled(120),
  nested(3_000),
  [0xc1],
  str('\u0000'.repeat(9_000)),
];
const within = (payload: readonly number[]) => [
  0x82,
  ...str('first'),
  1,
  ...str('commands'),
  0x91,
  0x82,
  ...str('type'),
  ...str('post'),
  ...str('payload'),
  ...payload,
];
const FRAMES = HOSTILE.flatMap((payload) => [
  request(2, 'submit', payload),
  request(2, 'submit', within(payload)),
]).concat(
  request(2, 'x'.repeat(31), [0xc0]),
  Buffer.from([Protocol.ROOM_DATA, 0xda, 0x7d, 0, ...ascii('z'.repeat(32_000))]),
  Buffer.from([Protocol.ROOM_DATA_BYTES, 0xa1, 0x61]),
  Buffer.from([255]),
);

const hostile =
  (room: string, resumed: boolean) =>
  async (world: World): Promise<Flood> => {
    const flood: Flood = { units: 0, received: 0, answered: 0, admitted: 0 };
    const from = FRAMER;
    let socket = await open(world, from, room, resumed);
    for (const frame of FRAMES) {
      if (socket.readyState !== WebSocket.OPEN) socket = await open(world, from, room, resumed);
      const over = heard(
        socket,
        (bytes) => bytes[0] === Protocol.ROOM_RESPONSE && bytes[1] === 99,
        (bytes) => {
          flood.answered += bytes.length;
        },
      );
      socket.send(frame);
      socket.send(request(99, 'refresh', [0xc0]));
      await over;
      flood.units++;
      flood.admitted++;
      flood.received += frame.length;
    }
    socket.terminate();
    return flood;
  };

const STEERER = 'Sends inputs';
const SIGNALLER = 'Sends signals';
/** Fewer than end a connection for their number alone. */
const MESSAGES = 90;
/** In turn: good ones, malformed ones, and those as large as the gate lets in. */
const INPUTS = [
  (n: number) => encodeInput(n, Uint8Array.of(n, n)),
  (n: number) => encodeInput(1, Uint8Array.of(n)),
  (n: number) => encodeInput(n, new Uint8Array(MAX_INPUT)),
];
const SIGNALS = [
  () => encodeSignal(EVERYONE, new Uint8Array(100)),
  () => Uint8Array.of(1),
  () => encodeSignal(EVERYONE, new Uint8Array(MAX_SIGNAL)),
];

const laneFlood =
  (from: string, lane: string, frames: readonly ((n: number) => Uint8Array)[]) =>
  async (world: World): Promise<Flood> => {
    const flood: Flood = { units: 0, received: 0, answered: 0, admitted: 0 };
    for (let sockets = 0; sockets < 3; sockets++) {
      const socket = await open(world, from, STEERED, true);
      for (let n = 1; n <= MESSAGES; n++) {
        const frame = frames[n % frames.length]?.(n) ?? [];
        const message = Buffer.from([Protocol.ROOM_DATA_BYTES, 0xa0 | lane.length, ...ascii(lane), ...frame]);
        socket.send(message);
        flood.units++;
        flood.admitted++;
        flood.received += message.length;
      }
      await ask(socket, request(99, 'refresh', [0xc0]), (bytes) => {
        flood.answered += bytes.length;
      });
      socket.terminate();
    }
    return flood;
  };

const LIMIT =
  'measured before it is decoded: 32 levels, 16,384 values, 64 KiB of JSON, 80 record shapes; 60 frames a second';

/** Mean frame: 4 KB. Few are sent: what is held is the room and the code that runs it, once. */
const FRAME = { json: 8_192, answered: 8_192, kept: 1_024, calls: 4, held: 262_144 };

export const FRAMES_OF: Way[] = [
  {
    way: 'Frames to a room, after resume',
    by: 'a player',
    as: FRAMER,
    limit: LIMIT,
    budget: FRAME,
    flood: hostile('channel-lobby', true),
  },
  {
    way: 'Frames to a room, before resume',
    by: 'a player',
    as: FRAMER,
    limit: LIMIT,
    budget: FRAME,
    flood: hostile('channel-lobby', false),
  },
  {
    way: 'Frames to the lobby',
    by: 'a player',
    as: FRAMER,
    limit: LIMIT,
    budget: FRAME,
    flood: hostile('lobby', false),
  },
  {
    way: 'Inputs to a realtime room',
    by: 'a player',
    as: STEERER,
    limit:
      'the rate and size that its machine declares, here 40 a second and 8 bytes; 250 ms may wait; what is over is dropped, counted, and said once',
    budget: { json: 512, answered: 512, kept: 96, logged: 64, calls: 1 },
    flood: laneFlood(STEERER, LANE.input, INPUTS),
  },
  {
    way: 'Signals in a room that relays them',
    by: 'a player',
    as: SIGNALLER,
    limit:
      'the rate and size that its machine declares, here 20 a second and 4 KiB; what is over is dropped, counted, and said once',
    budget: { json: 512, answered: 512, kept: 96, logged: 64, calls: 1 },
    flood: laneFlood(SIGNALLER, LANE.signal, SIGNALS),
  },
  {
    way: 'Commands that a room refuses for good',
    by: 'a player',
    as: 'Refused for good',
    limit: '256 and then 256 a minute, by player and room; each is an entry of the log',
    admits: 400, // and what comes free meanwhile
    budget: { kept: 160, json: 2_048 },
    async flood(world) {
      const flood: Flood = { units: 0, received: 0, answered: 0, admitted: 0 };
      const socket = await open(world, 'Refused for good', 'channel-lobby', true);
      for (let sent = 0, first = 1; sent < 12; sent++) {
        const commands = Array.from({ length: 64 }, () => ({ type: 'x'.repeat(40), payload: 1 }));
        const frame = request(3, 'submit', pack({ first, commands }));
        const answer = await ask(socket, frame);
        const { replies } = unpack(answer?.subarray(3) ?? Buffer.from([0x80])) as { replies: { seq?: number }[] };
        flood.units += commands.length;
        flood.received += frame.length;
        flood.answered += answer?.length ?? 0;
        flood.admitted += replies.filter(({ seq }) => seq !== undefined).length;
        first += replies.filter(({ seq }) => seq !== undefined).length;
      }
      socket.terminate();
      return flood;
    },
  },
];
