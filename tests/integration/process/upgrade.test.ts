import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import type { DurableConnection } from '#client/net/durable-room.ts';
import type { ConnectFour } from '#rooms/games/connect-four/state.ts';
import { sqliteReader } from '#server/journal/sqlite.ts';
import { freePort } from '#tests/kill/victim.ts';
import { ParlorProcess } from './parlor.ts';
import { type Plant, releaseWith } from './release.ts';

/** Five servers, one after the other. */
vi.setConfig({ testTimeout: 300_000 });

beforeAll(() => void vi.spyOn(console, 'info').mockImplementation(() => {}));

/** One after the other, each after a kill -9. Fields stay once they are there. */
const UPGRADES: Plant[][] = [
  ['sentence', 'comment'],
  ['baseField', 'seatField', 'gameField'],
  ['baseField', 'seatField', 'gameField', 'agreeing'],
  ['baseField', 'seatField', 'gameField', 'rule'],
];

it('[P51] a match in play survives kill -9 and an upgrade of sentences, fields and equivalent rules; a diverging one is named', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'parlor-upgrade-'));
  const port = await freePort();
  let parlor = new ParlorProcess({ dataDir, port });
  onTestFinished(async () => {
    await parlor.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });
  await parlor.ready();
  const people = [await parlor.register('Ada'), await parlor.register('Bea')] as const;
  const order = {
    apiVersion: 'parlor.dev/v1',
    kind: 'Match',
    spec: { game: 'connect-four', config: { turnMs: 600_000, absenceMs: 600_000 } },
  };
  const { metadata } = await people[0].call<{ metadata: { name: string } }>('POST', 'matches', order);
  const room = metadata.name;
  const games: DurableConnection<ConnectFour>[] = [];
  for (const person of people) games.push(await person.open<ConnectFour>(room));
  await vi.waitUntil(() => games.every(({ state }) => state.phase === 'playing'));
  const play = async (column: number) => {
    const { turn } = (games[0] as (typeof games)[0]).state;
    const mover = games.find(({ seat }) => seat === turn) as (typeof games)[0];
    expect(await mover.submit('drop', { column })).toMatchObject({ ok: true });
    await vi.waitUntil(() => games.every(({ state }) => state.turn !== turn));
  };
  /** Nothing was appended since its owner said that it is settled. */
  const settled = () => {
    const lines = parlor.output.split('\n').filter((line) => line.includes(`"room":"${room}"`));
    return lines.findLastIndex((line) => line.includes('room settled')) > lastAppend(lines);
  };
  await play(6);
  await play(0);

  for (const [upgrade, plants] of UPGRADES.entries()) {
    await vi.waitUntil(settled, { timeout: 30_000 });
    await parlor.end('SIGKILL');
    const next = await releaseWith(...plants);
    onTestFinished(next.remove);
    parlor = new ParlorProcess({ dataDir, port, root: next.root });
    await parlor.ready();
    if (plants.includes('rule')) break;
    await vi.waitUntil(() => games.every(({ status }) => status === 'live'), { timeout: 20_000 });
    expect([...(games[0] as (typeof games)[0]).state.cells].filter((cell) => cell >= 0)).toHaveLength(2 + 2 * upgrade);
    await play(1 + upgrade);
    await play(1 + upgrade);
  }
  await vi.waitUntil(() => games.every(({ status }) => status === 'refused'), { timeout: 20_000 });
  expect(games.map(({ refusal }) => refusal)).toEqual(['room-quarantined', 'room-quarantined']);
  await parlor.end('SIGKILL');
  const journal = sqliteReader(join(dataDir, 'journal.sqlite'));
  const quarantined = (await journal.list()).filter((record) => record.quarantined !== undefined);
  await journal.close();
  expect(quarantined).toMatchObject([
    {
      room,
      quarantined: expect.stringMatching(/^at seq \d+: the command is refused otherwise than the log says: forbidden/),
    },
  ]);
});

function lastAppend(lines: readonly string[]): number {
  return lines.findLastIndex((line) => line.includes('commands appended') || line.includes('the room was restored'));
}
