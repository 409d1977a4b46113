import type { Reply } from '../room/outbox.ts';
import type { Seat } from '../room/seat.ts';

/** As the probe's decoded state is read here. */
export type Probe = { seq: number; players: Map<string, { vx: number }>; toJSON(): unknown };

/** Speeds that are exact on the wire, in turn: each move can be told from the ones before. */
const [SLOWEST, STEP, STEPS] = [50, 0.25, 1600];

/** Each call is one move. Walls turn a mover around, so only how fast it is says whose move it follows. */
export function steering(seat: Seat<Probe>): () => Promise<Reply> {
  let n = Math.floor(Math.random() * STEPS);
  return () => {
    const vx = SLOWEST + (n++ % STEPS) * STEP;
    const vy = SLOWEST + (n % STEPS) * STEP;
    const shows = ({ players }: Probe) => Math.abs(players.get(seat.player)?.vx ?? 0) === vx;
    return seat.act('steer', { vx, vy }, shows);
  };
}
