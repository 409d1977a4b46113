/** Requests of a flood, sent some at a time. */
import type { Flood } from './way.ts';
import type { World } from './world.ts';

export type Shot = { path: string; init?: RequestInit };

export const JSON_BODY = { 'content-type': 'application/json' };

export const times = (count: number, shot: (n: number) => Shot): Shot[] =>
  Array.from({ length: count }, (_, n) => shot(n));

/** Sends all; not admitted is what was refused with 429, or otherwise before any work: `unread`. */
export async function shoot(
  world: World,
  from: string,
  shots: readonly Shot[],
  unread: readonly number[] = [],
): Promise<Flood> {
  const flood: Flood = { units: shots.length, received: 0, answered: 0, admitted: 0 };
  const left = [...shots];
  const shooter = async () => {
    for (let shot = left.pop(); shot; shot = left.pop()) {
      const { path, init } = shot;
      const response = await world.request(from, path, init);
      flood.received += path.length + String(init?.body ?? '').length;
      flood.answered += (await response.arrayBuffer()).byteLength;
      if (response.status !== 429 && !unread.includes(response.status)) flood.admitted++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, shooter));
  return flood;
}
