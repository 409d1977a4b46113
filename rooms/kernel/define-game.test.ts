import { t } from '@colyseus/schema';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineGame } from '#rooms/kernel/define-game.ts';
import { Rehearsal } from '#rooms/testing/rehearse.ts';
import { MatchState } from '#schema/states.ts';

const Count = MatchState.extend({ total: t.uint8().default(0) }, 'Count');

/** In turn, add 1 to 3; who reaches 10 wins. */
const count = defineGame({
  name: 'count',
  source: import.meta.url,
  seats: { min: 2, max: 3 },
  State: Count,
  refusals: { 'too-far': 'That goes beyond ten.' },
  moves: {
    add: {
      payload: z.strictObject({ by: z.int().min(1).max(3) }),
      check: (state, { by }) => (state.total + by > 10 ? 'too-far' : undefined),
      apply(state, { by }) {
        state.total += by;
      },
    },
  },
  outcome: (state) => (state.total === 10 ? { winners: [1 - state.turn], ending: 'ten' } : undefined),
});

function begun(config = {}) {
  const table = new Rehearsal(count, config);
  table.join('ann');
  table.join('bea');
  const mover = () => table.state.seats[table.state.turn]?.player as string;
  const waiter = () => (mover() === 'ann' ? 'bea' : 'ann');
  return { table, state: table.state, mover, waiter };
}

describe('taking seats', () => {
  it('[G1] seats fill in the order of joining, and the match begins with the last required player', () => {
    const table = new Rehearsal(count);
    table.join('ann');
    expect(table.state.phase).toBe('waiting');
    expect(table.do('ann', 'add', { by: 1 })).toBe('not-started');
    expect(table.do('ann', 'resign')).toBe('not-started');
    table.join('bea');
    expect(table.state.phase).toBe('playing');
    expect(table.state.seats.map((seat) => seat.player)).toEqual(['ann', 'bea', '']);
  });

  it('[G1] the first player to move is drawn from the seed', () => {
    const beginners = Array.from({ length: 20 }, (_, n) => {
      const table = new Rehearsal(count, {}, [n]);
      table.join('ann');
      table.join('bea');
      return table.state.turn;
    });
    expect(new Set(beginners)).toEqual(new Set([0, 1]));
  });

  it('[G1] a running or finished match refuses new players', () => {
    const { table, mover } = begun();
    expect(table.join('cat')).toBe('room-full');
    table.do(mover(), 'resign');
    expect(table.join('cat')).toBe('match-over');
  });

  it('[G2] a player who disconnects before the match begins keeps the seat for the waiting time, then loses it', () => {
    const table = new Rehearsal(count, { absenceMs: 5_000 });
    table.join('ann');
    table.drop('ann');
    table.join('bea');
    expect(table.state.phase).toBe('waiting');
    table.later(4_999);
    expect(table.state.seats[0]?.player).toBe('ann');
    table.later(1);
    expect(table.state.seats.map((seat) => seat.player)).toEqual(['', 'bea', '']);
    table.join('cat');
    expect(table.state.seats.map((seat) => seat.player)).toEqual(['cat', 'bea', '']);
    expect(table.state.phase).toBe('playing');
  });

  it('[G2] the match begins when the disconnected player returns', () => {
    const table = new Rehearsal(count);
    table.join('ann');
    table.drop('ann');
    table.join('bea');
    table.comeBack('ann');
    expect(table.state.phase).toBe('playing');
  });
});

describe('turns', () => {
  it('[G3] a move passes the turn around the table and past empty seats', () => {
    const { table, mover, waiter } = begun();
    const order = [mover(), waiter(), mover()];
    for (const player of order) {
      expect(mover()).toBe(player);
      expect(table.do(waiter(), 'add', { by: 1 })).toBe('not-your-turn');
      expect(table.do(player, 'add', { by: 1 })).toBeUndefined();
    }
  });

  it('[G3] a move without a seat is refused as not seated', () => {
    expect(begun().table.do('cat', 'add', { by: 1 })).toBe('not-seated');
  });

  it('[G4] a player whose turn clock runs out loses', () => {
    const { table, state, waiter } = begun({ turnMs: 5_000 });
    const winner = state.seats.findIndex((seat) => seat.player === waiter());
    table.later(4_999);
    expect(state.phase).toBe('playing');
    table.later(1);
    expect([state.phase, state.ending, ...state.winners]).toEqual(['finished', 'clock', winner]);
  });

  it('[G4] each turn starts with the full time', () => {
    const { table, state, mover } = begun({ turnMs: 5_000 });
    table.later(4_000);
    table.do(mover(), 'add', { by: 1 });
    table.later(4_000);
    expect(state.phase).toBe('playing');
  });

  it('[G4] the turn clock stops while no process runs the room', () => {
    const { table, state } = begun({ turnMs: 5_000 });
    table.later(3_000);
    table.adopt(3_600_000);
    table.comeBack('ann');
    table.comeBack('bea');
    table.later(1_999);
    expect(state.phase).toBe('playing');
    table.later(1);
    expect(state.ending).toBe('clock');
  });
});

describe('absence', () => {
  it('[G5] an absent player loses after the waiting time; returning ends the wait', () => {
    const { table, state } = begun({ absenceMs: 10_000 });
    table.drop('bea');
    expect(state.seats[1]).toMatchObject({ connected: false, absentUntil: table.playTime + 10_000 });
    table.later(9_000);
    table.comeBack('bea');
    expect(state.seats[1]).toMatchObject({ connected: true, absentUntil: 0 });
    table.drop('bea');
    table.later(10_000);
    expect([state.ending, ...state.winners]).toEqual(['absent', 0]);
  });

  it('[G5] joining again from another client counts as returning', () => {
    const { table, state } = begun();
    table.drop('bea');
    table.join('bea');
    expect(state.seats[1]).toMatchObject({ connected: true, absentUntil: 0 });
  });

  it('[G5] two players absent from the same moment end the match without a winner', () => {
    const { table, state } = begun({ absenceMs: 5_000 });
    table.adopt(1_000);
    table.later(5_000);
    expect([state.ending, ...state.winners]).toEqual(['absent']);
  });

  it('[G5] leaving the seat of a running match loses it, and the outcome still names the player', () => {
    const { table, state } = begun();
    table.leave('ann');
    expect([state.ending, ...state.winners]).toEqual(['left', 1]);
    expect(table.replica.outcomes[0]).toMatchObject({ players: ['ann', 'bea', ''] });
  });

  it('[G5] leaving a seat before the match begins frees it', () => {
    const table = new Rehearsal(count);
    table.join('ann');
    table.leave('ann');
    table.join('bea');
    expect(table.state.seats.map((seat) => seat.player)).toEqual(['bea', '', '']);
  });
});

describe('the end', () => {
  it('[G6] a player may resign at any time, and the others win', () => {
    const { table, state, waiter } = begun();
    const winner = state.turn;
    expect(table.do(waiter(), 'resign')).toBeUndefined();
    expect([state.ending, ...state.winners]).toEqual(['resigned', winner]);
  });

  it('[G6] a result ends the match, and every later move is refused', () => {
    const { table, state, mover } = begun();
    for (const by of [3, 3, 3, 1]) table.do(mover(), 'add', { by });
    expect(state).toMatchObject({ phase: 'finished', ending: 'ten', turn: -1, turnUntil: 0 });
    expect(table.do('ann', 'add', { by: 1 })).toBe('match-over');
    expect(table.do('bea', 'resign')).toBe('match-over');
    expect(table.do('cat', 'add', { by: 1 })).toBe('match-over');
  });

  it('[G7] only the host records the rematch, once, and not before the end', () => {
    const { table, state, mover } = begun();
    expect(table.do('', 'rematch', { room: 'next' })).toBe('match-running');
    table.do(mover(), 'resign');
    expect(table.do('ann', 'rematch', { room: 'mine' })).toBe('forbidden');
    expect(table.do('', 'rematch', { room: 'next' })).toBeUndefined();
    expect(table.do('', 'rematch', { room: 'other' })).toBe('rematch-made');
    expect(state.rematch).toBe('next');
  });

  it('[G8] settings out of bounds are refused', () => {
    for (const config of [{ turnMs: 4_999 }, { turnMs: 600_001 }, { absenceMs: 0 }, { bot: 'yes' }, { turns: 3 }]) {
      expect(count.config.safeParse(config).success, JSON.stringify(config)).toBe(false);
    }
  });
});

describe('without turns', () => {
  const Race = MatchState.extend({ steps: t.uint8().default(0), shouts: t.uint8().default(0) }, 'Race');
  const race = defineGame({
    name: 'race',
    source: import.meta.url,
    seats: { min: 2, max: 2 },
    State: Race,
    moves: {
      shout: {
        payload: z.strictObject({}),
        apply(state) {
          state.shouts++;
        },
      },
    },
    realtime: {
      rate: 20,
      step(state) {
        state.steps++;
      },
    },
    outcome: (state) => (state.steps === 5 ? { winners: [], ending: 'done' } : undefined),
  });

  it('[G9] a game without turns steps only while it is played, and any seat moves at any time', () => {
    const table = new Rehearsal(race);
    table.join('ann');
    table.ticks(3);
    expect(table.state.steps).toBe(0);
    table.join('bea');
    expect(table.state.turn).toBe(-1);
    expect(table.do('ann', 'shout', {})).toBeUndefined();
    expect(table.do('ann', 'shout', {})).toBeUndefined();
    expect(table.do('bea', 'shout', {})).toBeUndefined();
    table.later(590_000);
    table.ticks(9);
    expect(table.state).toMatchObject({ steps: 5, shouts: 3, phase: 'finished', ending: 'done' });
  });
});
