/**
 * What Parlor is measured against: the same movers as a plain Colyseus room, as its documentation would have it.
 * The same schema, step, rate and messages; nothing is written down, and a killed process loses it all.
 */
import { type Client, Room } from '@colyseus/core';
import { StateView } from '@colyseus/schema';
import { move, PROBE_RATE, WORLD } from '#rooms/testing/probe.ts';
import { Hand, Mover, Probe } from '#rooms/testing/probe-state.ts';
import { INPUT_HEAD } from '#schema/lanes.ts';
import { LANE } from '#schema/protocol.ts';

type Steer = { vx: number; vy: number };

export class PlainRoom extends Room {
  override state = new Probe();
  override autoDispose = false;
  override patchRate = 1000 / PROBE_RATE;

  override onCreate(): void {
    this.setFixedTimestep(() => {
      for (const mover of this.state.players.values()) move(mover);
      this.state.seq++;
    }, PROBE_RATE);
    this.onMessage('steer', (client: Client, { vx, vy }: Steer) => {
      const mover = this.state.players.get(client.sessionId) as Mover;
      mover.vx = Math.fround(vx);
      mover.vy = Math.fround(vy);
      return { ok: true };
    });
    this.onMessageBytes(LANE.input, (client: Client, frame: Uint8Array) => {
      const [vx = 0, vy = 0] = frame.subarray(INPUT_HEAD);
      const mover = this.state.players.get(client.sessionId) as Mover;
      mover.vx = vx - 128;
      mover.vy = vy - 128;
    });
  }

  override onJoin(client: Client): void {
    const at = () => Math.floor(Math.random() * WORLD);
    const hand = new Hand();
    this.state.players.set(client.sessionId, new Mover().assign({ x: at(), y: at(), vx: 0, vy: 0 }));
    this.state.hands.set(client.sessionId, hand);
    client.view = new StateView();
    client.view.add(hand);
  }

  override onLeave(client: Client): void {
    this.state.players.delete(client.sessionId);
    this.state.hands.delete(client.sessionId);
  }
}
