/** Matches by quick play, one after the other, with random moves. */
import { landing, openColumns } from '../../../rooms/games/connect-four/rules.ts';
import { metrics, report } from '../metrics.ts';
import { api, type Person, Refused } from '../place.ts';
import { DIGEST } from '../plan.ts';
import { Seat } from '../room/seat.ts';
import { session } from '../session.ts';
import { pause } from '../time.ts';

type ConnectFour = {
  seq: number;
  phase: 'waiting' | 'playing' | 'finished';
  turn: number;
  ending: string;
  cells: number[];
  toJSON(): unknown;
};
type Match = { status: { room: string } };

const THINK_MS = 200;
const LOOK_UP_MS = 500;
const ENDINGS = ['four', 'draw', 'left', 'absent', 'clock'];
const AGAIN_MS = 100;

export function connectFour(): Promise<void> {
  return session(async (person, until) => {
    while (Date.now() < until) {
      const seat = await sitDown(person);
      if (seat) await play(seat, until);
      else await pause(Math.random() * AGAIN_MS);
    }
  });
}

/** Undefined when of several that were led to one table, others were faster. */
async function sitDown(person: Person): Promise<Seat<ConnectFour> | undefined> {
  const spec = { game: 'connect-four', mode: 'quick' };
  const { body } = await api<Match>('POST', 'matches', 'quick match', person, { kind: 'Match', spec });
  try {
    return await Seat.take<ConnectFour>(body.status.room, person);
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'room-full')) throw error;
    metrics.tables_full.add(1);
    return undefined;
  }
}

async function play(seat: Seat<ConnectFour>, until: number): Promise<void> {
  const over = () => seat.isOver || seat.state.phase === 'finished';
  const toMove = ({ phase, turn }: ConnectFour) => phase === 'playing' && turn === seat.index;
  // Who leaves a match loses it: those who play on see its end.
  while (!over() && Date.now() < until) {
    await seat.until((state) => over() || toMove(state), LOOK_UP_MS);
    if (!toMove(seat.state)) continue;
    await pause(Math.random() * THINK_MS);
    if (toMove(seat.state)) await drop(seat);
  }
  if (seat.state.phase === 'finished') {
    if (seat.index === 0) metrics.matches_played.add(1);
    if (!ENDINGS.includes(seat.state.ending)) report({ kind: 'ending', detail: `"${seat.state.ending}"` });
    if (DIGEST) await seat.compare();
  }
  await seat.leave();
}

async function drop(seat: Seat<ConnectFour>): Promise<void> {
  const { cells } = seat.state;
  const columns = openColumns(cells);
  const column = columns[Math.floor(Math.random() * columns.length)] ?? 0;
  const cell = landing(cells, column) ?? -1;
  await seat.act('drop', { column }, (state) => state.cells[cell] === seat.index, 'match-over');
}
