import { expect, it } from 'vitest';
import type { Connection } from '#rooms/host/connections.ts';
import { LanePermission } from '#rooms/host/lanes/permission.ts';
import type { Identity } from '#rooms/ports.ts';

it('[L124] `Authorize` is asked once for each token of a connection, and anew after the next one', () => {
  const asked: unknown[] = [];
  const permission = new LanePermission(
    (attributes) => {
      asked.push(attributes);
      return { allowed: attributes.user.roles.includes('player'), reason: '' };
    },
    { verb: 'create', resource: 'matches' },
    'room',
  );
  const shown = (...roles: string[]) => ({ player: 'ann', roles }) as unknown as Identity;
  const connection = { identity: undefined, outbox: 'outbox' } as Connection;
  expect(permission.has(connection)).toBeUndefined();
  connection.identity = shown('player');
  for (let n = 0; n < 100; n++) expect(permission.has(connection)).toBe(true);
  connection.identity = shown('guest');
  for (let n = 0; n < 100; n++) expect(permission.has(connection)).toBe(false);
  connection.outbox = undefined;
  expect(permission.has(connection)).toBeUndefined();
  expect(asked).toEqual([
    { user: { player: 'ann', roles: ['player'] }, verb: 'create', resource: 'matches', name: 'room' },
    { user: { player: 'ann', roles: ['guest'] }, verb: 'create', resource: 'matches', name: 'room' },
  ]);
});
