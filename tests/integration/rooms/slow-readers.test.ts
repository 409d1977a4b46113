import { matchMaker, Room } from '@colyseus/core';
import { type SchemaType, t } from '@colyseus/schema';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { defineMachine } from '#rooms/kernel/define-machine.ts';
import { RoomState } from '#schema/states.ts';
import { openWorld, quiet, until, up, type World } from './harness.ts';
import { type Line, lineTo } from './line.ts';

quiet();
let world: World;
const lines: Line[] = [];
afterEach(async () => {
  for (const line of lines.splice(0)) await line.close();
  await world.close();
});

const CELLS = 3000;
const PATCHES = 420;
const ROOM_STATE_PATCH = 15;

const Wide = RoomState.extend({ cells: t.array('float64') }, 'Wide');
type Wide = SchemaType<typeof Wide>;
const Split = RoomState.extend({ cells: t.array('float64'), own: t.array('float64').view() }, 'Split');
type Split = SchemaType<typeof Split>;

function fill(cells: { length: number; [at: number]: number }, value: number): void {
  for (let i = 0; i < CELLS; i++) cells[i] = value + i / 8;
}

const access = { verb: 'create', resource: 'matches', subresource: 'moves' };
const plain = {
  source: import.meta.url,
  kind: 'board' as const,
  keeps: 'log' as const,
  config: z.strictObject({}),
  seats: { max: 10, lapseMs: 60_000 },
  joinAccess: access,
  access,
};
const wide = defineMachine({
  ...plain,
  name: 'wide',
  State: Wide,
  setup: (state) => fill(state.cells, 0),
  commands: { fill: { payload: z.number(), apply: (state: Wide, value) => fill(state.cells, value) } },
});
const split = defineMachine({
  ...plain,
  name: 'split',
  State: Split,
  setup: (state) => {
    fill(state.cells, 0);
    state.own.push(0);
  },
  commands: {
    fill: {
      payload: z.number(),
      apply(state: Split, value) {
        fill(state.cells, value);
        state.own[0] = value;
      },
    },
  },
  view: (state) => [state],
});

type Reader = { line: Line; patches: Buffer[]; socket: WebSocket };

/** Reads frames as they come and decodes nothing. */
async function reader(room: string, connectionId: string): Promise<Reader> {
  const line = await lineTo(Number(new URL(world.host.endpoint).port));
  lines.push(line);
  const patches: Buffer[] = [];
  const socket = new WebSocket(`${line.endpoint.replace('http', 'ws')}/p/${room}?sessionId=${connectionId}`);
  let joined = false;
  socket.on('error', () => {});
  socket.on('message', (bytes: Buffer) => {
    if (bytes[0] === 10) socket.send(Buffer.from([10]));
    else if ((bytes[0] ?? 0) === ROOM_STATE_PATCH) patches.push(Buffer.from(bytes));
    else joined = true;
  });
  await until(() => joined);
  return { line, patches, socket };
}

async function reserve(room: string, name: string): Promise<string> {
  const response = await fetch(`${world.host.endpoint}/matchmake/joinById/${room}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await world.issuer.token({ name })}`, 'content-type': 'application/json' },
    body: '{}',
  });
  return ((await response.json()) as { sessionId: string }).sessionId;
}

/** Patches that reached the slow reader otherwise than the quick one. */
function corrupt(quick: Reader, slow: Reader): number {
  const [from] = slow.patches;
  const offset = quick.patches.findIndex((patch) => from && patch.equals(from));
  return slow.patches.filter((patch, i) => !quick.patches[i + offset]?.equals(patch)).length;
}

it('[L70] Colyseus overwrites bytes that a slow client has not read; a durable room does not', {
  timeout: 60_000,
}, async () => {
  world = await openWorld({ machines: [wide], env: { PARLOR_MAX_BUFFERED: '1073741824' } });
  class Plain extends Room {
    override state = new Wide();
    override patchRate = 2 ** 31 - 1;
    override onCreate() {
      fill(this.state.cells, 0);
    }
  }
  matchMaker.defineRoomType('plain', Plain);
  const { roomId } = await matchMaker.createRoom('plain', {});
  const seat = async () => (await matchMaker.joinById(roomId, {})).sessionId;
  const theirs = [await reader(roomId, await seat()), await reader(roomId, await seat())] as const;
  const stock = matchMaker.getLocalRoomById(roomId) as unknown as Plain;
  theirs[1].line.clog();
  for (let i = 1; i <= PATCHES; i++) {
    fill(stock.state.cells, i);
    stock.broadcastPatch();
    await until(() => theirs[0].patches.length >= i);
  }
  theirs[1].line.speak();
  await until(() => theirs[1].patches.length >= PATCHES || theirs[1].socket.readyState === WebSocket.CLOSED);
  expect(corrupt(theirs[0], theirs[1])).toBeGreaterThan(0);

  await world.create(wide, 'w');
  const ann = await world.open('ann', 'w');
  const ours = [await reader('w', await reserve('w', 'bea')), await reader('w', await reserve('w', 'cy'))] as const;
  const already = ours[0].patches.length;
  ours[1].line.clog();
  for (let i = 1; i <= PATCHES; i++) expect(await ann.submit('fill', i)).toMatchObject({ ok: true });
  ours[1].line.speak();
  await until(
    () => ours.every(({ patches }) => patches.length >= PATCHES) && ours[0].patches.length >= already + PATCHES,
  );
  await until(() => ours[1].patches.at(-1)?.equals(ours[0].patches.at(-1) ?? Buffer.alloc(0)));
  expect(corrupt(ours[0], ours[1])).toBe(0);
});

it('[L71] a slow client in a room with views receives each patch whole', { timeout: 60_000 }, async () => {
  world = await openWorld({ machines: [split], env: { PARLOR_MAX_BUFFERED: '1073741824' } });
  await world.create(split, 's');
  const [ann, bea] = [await world.open('ann', 's'), await world.open('bea', 's')];
  let wrong = 0;
  let seen = 0;
  bea.room?.onStateChange((state) => {
    const { cells, own } = state as unknown as { cells: number[]; own: number[] };
    seen++;
    const value = cells[0] as number;
    if (own[0] !== value || cells.some((cell, i) => cell !== value + i / 8)) wrong++;
  });
  bea.line.clog();
  for (let i = 1; i <= 150; i++) expect(await ann.submit('fill', i)).toMatchObject({ ok: true });
  bea.line.speak();
  await until(() => bea.state.cells[0] === 150);
  expect(seen).toBeGreaterThanOrEqual(150);
  expect(wrong).toBe(0);
});

it('[L72] a client too far behind is cut, and returns to a full state', { timeout: 60_000 }, async () => {
  world = await openWorld({ machines: [wide], env: { PARLOR_MAX_BUFFERED: '65536' } });
  await world.create(wide, 'w');
  const [ann, bea] = [await world.open('ann', 'w'), await world.open('bea', 'w')];
  const room = world.room('w');
  bea.line.clog();
  let last = 0;
  while (room.connections.size === 2 && last < 2_000)
    expect(await ann.submit('fill', ++last)).toMatchObject({ ok: true });
  expect(room.connections.size).toBe(1);
  bea.line.speak();
  await until(() => bea.status === 'reconnecting' || bea.state.cells[0] === last);
  await up(bea);
  expect(await bea.submit('fill', 7)).toMatchObject({ ok: true });
  await until(() => ann.state.cells[0] === 7);
  expect(bea.state.cells.toArray()).toEqual(ann.state.cells.toArray());
});
