/**
 * One server of the benchmark, in a process of its own: `plain`, or ours with the journal `on` or `off`. Tells its
 * port and tokens on one line, then answers each line on standard input with what it has used so far; `tables` lays
 * those at which acks are timed, first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { matchMaker, Server } from '@colyseus/core';
import { WebSocketTransport } from '@colyseus/ws-transport';
import { connectFour } from '#rooms/games/connect-four/game.ts';
import type { JournalStore, Seal } from '#rooms/ports.ts';
import { probe } from '#rooms/testing/probe.ts';
import { startTestIssuer } from '#server/identity/test-issuer.ts';
import { createVerifier } from '#server/identity/verifier.ts';
import { memoryStore } from '#server/journal/memory.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';
import { startRoomHost } from '#server/testing/room-host.ts';
import { PlainRoom } from './plain-room.ts';

export type Variant = 'plain' | 'on' | 'off';
export type Ready = { port: number; tokens: string[] };
/** CPU in µs since the process began, until and from when the heap was cleaned up for `rss`, which is in bytes. */
export type Usage = { cpuUntil: number; cpuFrom: number; rss: number };

const [variant, roomCount, clientCount] = process.argv.slice(2) as [Variant, string, string];
const rooms = Number(roomCount);

/** The same path through the host, to a journal that keeps nothing: what the journal costs is the difference. */
function nowhere(): { store: JournalStore; seal: Seal } {
  const memory = memoryStore();
  const done = Promise.resolve();
  const store: JournalStore = { ...memory, append: () => done, snapshot: () => done, settle: () => done };
  const seal: Seal = {
    entry: (_, __, plain) => plain,
    snapshot: (_, __, plain) => plain,
    open: (_, __, { bytes }) => bytes,
    derive: () => new Uint8Array(32),
  };
  return { store, seal };
}

type Started = Ready & { layTables(): Promise<void> };

async function startPlain(): Promise<Started> {
  const server = createServer();
  const transport = new WebSocketTransport({ server });
  const colyseus = new Server({ transport, greet: false, gracefullyShutdown: false });
  colyseus.define('plain', PlainRoom);
  await colyseus.listen(0, '127.0.0.1');
  for (let i = 0; i < rooms; i++) await matchMaker.handleCreateRoom('plain', {}, undefined, `room-${i}`);
  return { port: (server.address() as AddressInfo).port, tokens: [], layTables: async () => {} };
}

async function startOurs(): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'parlor-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const issuer = await startTestIssuer();
  const keyring = await openKeyring({ dataDir: directory });
  const authenticate = createVerifier({ ...issuer.trust, hash: keyring.hash, revoked: () => false });
  const sealed = () => ({ store: sqliteStore(join(directory, 'journal.sqlite')), seal: keyring.journalSeal() });
  const journal = variant === 'on' ? sealed() : nowhere();
  const host = await startRoomHost({ ...journal, machines: [probe, connectFour], authenticate });
  for (let i = 0; i < rooms; i++) await host.directory.create(probe, `room-${i}`, {});
  return {
    port: Number(new URL(host.endpoint).port),
    tokens: await issuer.tokens(Number(clientCount), { expiresIn: 3600 }),
    async layTables() {
      for (let i = 0; i < TABLES; i++) await host.directory.create(connectFour, `table-${i}`, {});
    },
  };
}

/** Tables at which acks are timed. */
export const TABLES = 40;

if (import.meta.main) {
  const { layTables, ...ready } = variant === 'plain' ? await startPlain() : await startOurs();
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const usage = (): Usage => {
    const cpuUntil = cpu();
    (globalThis as { gc?: () => void }).gc?.();
    return { cpuUntil, cpuFrom: cpu(), rss: process.memoryUsage.rss() };
  };
  console.log(JSON.stringify(ready));
  createInterface({ input: process.stdin }).on('line', async (asked) => {
    if (asked === 'tables') await layTables();
    console.log(JSON.stringify(usage()));
  });
  process.stdin.on('end', () => process.exit(0));
}
