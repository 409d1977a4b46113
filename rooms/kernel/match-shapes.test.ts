/** Matches that are not Connect Four: two to six seats, with turns and without. */
import { t } from '@colyseus/schema';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineGame, RESERVED_MS } from '#rooms/kernel/define-game.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { BOT_PLAYER, MatchState } from '#schema/states.ts';

const Steps = MatchState.extend({ steps: t.uint16().default(0) }, 'Steps');

const shapes = [2, 3, 4, 5, 6].flatMap((max) =>
  [true, false].map((realtime) => {
    const step = (state: InstanceType<typeof Steps>) => void state.steps++;
    const game = defineGame({
      name: `${max}-${realtime ? 'realtime' : 'turns'}`,
      seats: { min: Math.min(max, 3), max },
      source: import.meta.url,
      State: Steps,
      moves: { touch: { payload: z.strictObject({}), apply: step } },
      ...(realtime && { realtime: { rate: 20, step } }),
      outcome: () => undefined,
      bot: () => undefined,
    });
    return { game, realtime, min: Math.min(max, 3), max };
  }),
);
const everybody = ['ann', 'bea', 'cat', 'dan', 'eve', 'fay'];

describe.each(shapes)('a match of up to $max, realtime: $realtime', ({ game, realtime, min, max }) => {
  it('[G17] a realtime match ticks while it is played, not while it waits or is over', () => {
    const table = new Rehearsal(game);
    const { hooks } = table.replica;
    expect(hooks.ticks()).toBe(!realtime);
    for (const player of everybody.slice(0, min)) table.join(player);
    expect([table.state.phase, hooks.ticks()]).toEqual(['playing', true]);
    table.do('ann', 'resign');
    expect([table.state.phase, hooks.ticks()]).toEqual(['finished', !realtime]);
  });

  it('[G18] a rematch reserves its seats for the same players, and begins when all have joined', () => {
    const people = everybody.slice(0, min);
    const table = new Rehearsal(game, { reserved: people });
    for (const player of people.slice(1)) expect(table.join(player)).toBeUndefined();
    expect(table.join('zoe')).toBe(max > min ? undefined : 'room-full');
    if (max > min) table.leave('zoe');
    expect(table.state.phase).toBe('waiting');
    expect(table.machine.listing?.(table.state)).toMatchObject({ reserved: ['ann'] });
    expect(table.join('ann')).toBeUndefined();
    expect(table.state.phase).toBe('playing');
    expect(table.machine.listing?.(table.state)).not.toHaveProperty('reserved');
  });

  it('[G18] a rematch begins without players who do not join in time, or admits others', () => {
    const table = new Rehearsal(game, { reserved: everybody.slice(0, max) });
    for (const player of everybody.slice(1, max)) table.join(player);
    table.later(RESERVED_MS - 1);
    expect([table.state.phase, table.join('zoe')]).toEqual(['waiting', 'room-full']);
    table.later(1);
    expect(table.state.phase).toBe(max - 1 >= min ? 'playing' : 'waiting');
    if (max - 1 < min) expect([table.join('zoe'), table.state.phase]).toEqual([undefined, 'playing']);
  });
});

it('[G18] a reserved seat is not given to the bot, whose own seat is reserved beside it', () => {
  const { game } = shapes[0] as (typeof shapes)[0];
  const table = new Rehearsal(game, { bot: true, reserved: ['ann'] });
  expect([table.join('zoe'), table.join('ann'), table.join(BOT_PLAYER)]).toEqual(['room-full', undefined, undefined]);
  expect(table.state.phase).toBe('playing');
});
