import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { followClaims } from '#server/edge/claims.ts';
import { createEdgeMetrics } from '#server/edge/metrics.ts';
import { type Splice, splice } from '#server/edge/splice.ts';
import { Splices } from '#server/edge/splices.ts';
import { sweep } from '#server/edge/sweep.ts';
import { memoryMembers } from '#server/testing/memory-members.ts';

/** Two ends of one real connection. */
async function pair(): Promise<[Socket, Socket]> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const near = connect((server.address() as { port: number }).port, '127.0.0.1');
  const [far] = await once(server, 'connection');
  onTestFinished(() => {
    for (const socket of [near, far]) socket.destroy();
    server.close();
  });
  return [near, far];
}

it('[Z12] sockets at a gone process in rooms without an owner are cut, unless all processes are gone', async () => {
  const members = memoryMembers();
  const a = members.add({ id: 'a', address: '127.0.0.1:1' });
  const splices = new Splices(followClaims(members), createEdgeMetrics());
  const tie = async (room: string, everywhere: boolean) => {
    const [[client], [owner]] = [await pair(), await pair()];
    const tied = splice(client, owner, Buffer.alloc(0));
    splices.add(room, { member: a, epoch: 0, everywhere }, tied);
    return tied;
  };
  const [lobby] = [await tie('lobby', true), await tie('r1', false)];
  let asked = 0;
  const alive = () => {
    asked++;
    return members.alive();
  };
  members.remove('a');
  onTestFinished(sweep(splices, { locationOf: members.locationOf, alive }, 5));
  await expect.poll(() => asked).toBeGreaterThan(5);
  expect(splices.size).toBe(2);
  members.add({ id: 'b', address: '127.0.0.1:2' });
  await lobby.closed;
  await expect.poll(() => splices.rooms()).toEqual(['r1']);
});

it('[Z10] a room without spliced sockets is not followed any more', async () => {
  const members = memoryMembers();
  const a = members.add({ id: 'a', address: '127.0.0.1:1' });
  const claims = followClaims(members);
  let followed = 0;
  const follow: typeof claims.follow = (room, listener) => {
    followed++;
    const unfollow = claims.follow(room, listener);
    return () => {
      followed--;
      unfollow();
    };
  };
  const splices = new Splices({ ...claims, follow }, createEdgeMetrics());
  const tied: Splice[] = [];
  for (const room of ['r1', 'r1', 'r2']) {
    const [[client], [owner]] = [await pair(), await pair()];
    const one = splice(client, owner, Buffer.alloc(0));
    tied.push(one);
    splices.add(room, { member: a, epoch: 1 }, one);
  }
  expect([followed, splices.size]).toEqual([2, 3]);
  for (const one of tied) one.cut();
  await expect.poll(() => [followed, splices.size]).toEqual([0, 0]);
});

it('[Z12] an unannounced claim is found by polling, and an unavailable registry cuts no socket', async () => {
  const members = memoryMembers();
  const a = members.add({ id: 'a', address: '127.0.0.1:1' });
  const b = members.add({ id: 'b', address: '127.0.0.1:2' });
  members.put('r1', { at: 'member', member: a, epoch: 1 });
  members.away = true;
  const metrics = createEdgeMetrics();
  const splices = new Splices(followClaims(members), metrics);
  const [[client], [owner]] = [await pair(), await pair()];
  const tied = splice(client, owner, Buffer.alloc(0));
  splices.add('r1', { member: a, epoch: 1 }, tied);
  let asked = 0;
  const watched = {
    alive: members.alive,
    locationOf: (room: string) => {
      asked++;
      return members.locationOf(room);
    },
  };
  onTestFinished(sweep(splices, watched, 5));
  await expect.poll(() => asked).toBeGreaterThan(2);
  members.away = false;
  const before = asked;
  await expect.poll(() => asked).toBeGreaterThan(before + 2);
  expect(splices.size).toBe(1);

  members.put('r1', { at: 'member', member: b, epoch: 2 });
  await tied.closed;
  await expect.poll(() => splices.size).toBe(0);
});
