/** The sockets of rooms as the server holds them: each frame is judged before anyone hears of it. */
import { CloseCode, Protocol } from '@colyseus/core';
import { WebSocket } from 'ws';
import { judgeFrame, REQUESTS, refuseExtensions } from '#server/limits/frames.ts';
import { payloadBudget } from '#server/limits/msgpack.ts';
import type { Swept } from '#server/limits/sweep.ts';

export type GateOptions = {
  maxPayload: number;
  /** Counts a frame that was refused. */
  refused(reason: string): void;
  /** Types of requests that rooms answer beside the product's own. */
  requests?: readonly string[] | undefined;
};

/** Refused requests of one connection after which it is closed. */
const MOST_REFUSED = 16;

/** A class for the `WebSocket` option of a server, and its instances that are open. */
export type GatedSockets = { WebSocket: typeof WebSocket; open: ReadonlySet<Swept> };

/** Of what a client sends, `message` is emitted for frames that pass, and for no others. */
export function gatedSockets({ maxPayload, refused, requests = [] }: GateOptions): GatedSockets {
  const open = new Set<Swept>();
  const budget = payloadBudget(maxPayload);
  const answered = new Set([...REQUESTS, ...requests]);
  refuseExtensions();
  class GatedSocket extends WebSocket {
    readonly since = performance.now();
    joined = false;
    #refused = 0;

    constructor(...given: [null]) {
      super(...given);
      open.add(this);
      this.once('close', () => open.delete(this));
    }

    override emit(event: string | symbol, ...given: unknown[]): boolean {
      if (event !== 'message') return super.emit(event as 'close', ...(given as [number, Buffer]));
      const [frame] = given as [Buffer];
      if (!this.#admits(frame)) return false;
      const heard = super.emit('message', ...(given as [Buffer, boolean]));
      // Before the room listens, an acknowledgement is lost, and replies would go on piling up in the library.
      if (heard && frame[0] === Protocol.JOIN_ROOM) this.joined = true;
      return heard;
    }

    #admits(frame: Buffer): boolean {
      if (this.readyState !== WebSocket.OPEN) return false;
      const verdict = judgeFrame(frame, this.joined, budget, answered);
      if (verdict.pass) return true;
      refused(verdict.reason);
      if ('close' in verdict || ++this.#refused > MOST_REFUSED) this.close(CloseCode.WITH_ERROR);
      else this.send(verdict.reply, { binary: true });
      return false;
    }
  }
  return { WebSocket: GatedSocket as unknown as typeof WebSocket, open };
}
