/** What one batch of 200 bytes costs, in µs of CPU: `node server/journal/append.bench.ts [turns]`. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Claim } from '#rooms/ports.ts';
import { sqliteStore } from '#server/journal/sqlite.ts';
import { openKeyring } from '#server/keys/keyring.ts';

const ROOMS = 100;
const turns = Number(process.argv[2] ?? 500);
const plain = new Uint8Array(200).fill(7);

const directory = await mkdtemp(join(tmpdir(), 'parlor-bench-'));

async function measure(name: string, seal: (claim: Claim, n: number) => Uint8Array, rooms: number, rounds: number) {
  const store = sqliteStore(join(directory, `${name}.db`));
  const claims: Claim[] = [];
  for (let i = 0; i < rooms; i++) {
    const claim = await store.create(`room-${i}`, 'bench', crypto.randomUUID(), 'bench', plain);
    if (claim !== 'exists') claims.push(claim);
  }
  const stalls: number[] = [];
  const before = process.cpuUsage();
  for (let n = 1; n <= rounds; n++) {
    const from = performance.now();
    await Promise.all(claims.map((claim) => store.append(claim, n, seal(claim, n))));
    stalls.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(before);
  stalls.sort((a, b) => a - b);
  const at = (share: number) => (stalls[Math.floor((stalls.length - 1) * share)] ?? 0).toFixed(2);
  const cost = ((user + system) / rooms / rounds).toFixed(1);
  console.log(`${name.padEnd(28)} ${cost.padStart(6)} µs   turn p50 ${at(0.5)} p99 ${at(0.99)} worst ${at(1)} ms`);
  await store.close();
}

const seal = (await openKeyring({ dataDir: directory })).journalSeal();

await measure('warm-up', (claim, n) => seal.entry(claim, n, plain), ROOMS, 50);
const claim = { room: 'room', journal: 'journal', machine: 'bench', epoch: 1 };
const before = process.cpuUsage();
for (let n = 0; n < turns * ROOMS; n++) seal.entry(claim, n, plain);
const { user, system } = process.cpuUsage(before);
console.log(`${'seal'.padEnd(28)} ${((user + system) / turns / ROOMS).toFixed(1).padStart(6)} µs`);
await measure('append, one by one', () => plain, 1, turns * 10);
await measure('append, 100 rooms a turn', () => plain, ROOMS, turns);
await measure('seal and append, 100 rooms', (claim, n) => seal.entry(claim, n, plain), ROOMS, turns);
await rm(directory, { recursive: true });
