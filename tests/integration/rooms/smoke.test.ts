import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DurableConnection } from '#client/net/durable-room.ts';
import { Client } from '@colyseus/sdk';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import { channel } from '#rooms/chat/chat.ts';
import { probe } from '#rooms/testing/probe.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { startTestIssuer, type TestIssuer } from '#server/identity/test-issuer.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { mkdtemp } from 'node:fs/promises';
import { type RoomHost, startRoomHost } from '#server/testing/room-host.ts';

let issuer: TestIssuer;
let host: RoomHost;
const store = memoryStore();
let options: Parameters<typeof startRoomHost>[0];

beforeEach(async () => {
  issuer = await startTestIssuer();
  const keyring = await openKeyring({ dataDir: await mkdtemp('/tmp/parlor-smoke-') });
  const authenticate = createVerifier({ ...issuer.trust, hash: keyring.hash, revoked: () => false });
  options = { machines: [connectFour, channel, probe], store, seal: keyring.journalSeal(), authenticate };
  host = await startRoomHost(options);
});
afterEach(async () => {
  await host.close();
  await issuer.close();
});

async function open(name: string, room: string) {
  const token = await issuer.token({ name });
  return DurableConnection.open<any>(new Client(host.endpoint), room, async () => token);
}

it('[L1] two people play Connect Four, one is dropped and comes back', async () => {
  await host.directory.create(connectFour, 'm1', {});
  const [a, b] = [await open('ann', 'm1'), await open('bea', 'm1')];
  expect(a.status).toBe('live');
  await vi.waitFor(() => expect(b.state.phase).toBe('playing'));
  const seats = [a, b];
  for (let i = 0; i < 6; i++) {
    const turn = a.state.turn;
    const mover = seats.find((s) => s.seat === turn)!;
    expect(await mover.submit('drop', { column: mover === a ? 0 : 1 })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(a.state.turn).not.toBe(turn));
    if (i === 2) {
      (mover.room as any).connection.transport.ws.terminate?.() ?? mover.room!.connection.close(4010);
      await vi.waitFor(() => expect(['live', 'resumed']).toContain(mover.status));
    }
  }
  expect(await b.submit('drop', { column: 99 })).toMatchObject({ ok: false, code: 'malformed' });
  const mover = seats.find((s) => s.seat === a.state.turn)!;
  expect(await mover.submit('drop', { column: mover === a ? 0 : 1 })).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(a.state.phase).toBe('finished'));
  await vi.waitFor(() => expect(host.delivered).toHaveLength(1));
});

it('[L2] the probe ticks', async () => {
  await host.directory.create(probe, 'p1', {});
  const a = await open('ann', 'p1');
  const from = a.state.seq;
  await vi.waitFor(() => expect(a.state.seq).toBeGreaterThan(from + 20), 5000);
  expect(a.status).toBe('live');
});
