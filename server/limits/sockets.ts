/** The sockets of rooms as the server holds them: each frame is judged before anyone hears of it. */
import { CloseCode, Protocol } from '@colyseus/core';
import { WebSocket } from 'ws';
import { judgeFrame, refuseExtensions } from '#server/limits/frames.ts';
import { payloadBudget } from '#server/limits/msgpack.ts';

export type GateOptions = {
  maxPayload: number;
  /** Counts a frame that was refused. */
  refused(reason: string): void;
};

/** Refused requests of one connection after which it is closed. */
const MOST_REFUSED = 16;

/** For the `WebSocket` option of a server: `message` is emitted for frames that pass, and for no others. */
export function gatedSockets({ maxPayload, refused }: GateOptions): typeof WebSocket {
  const budget = payloadBudget(maxPayload);
  refuseExtensions();
  return class GatedSocket extends WebSocket {
    #joined = false;
    #refused = 0;

    override emit(event: string | symbol, ...given: unknown[]): boolean {
      if (event === 'message' && !this.#admits(given[0] as Buffer)) return false;
      return super.emit(event as 'message', ...(given as [Buffer, boolean]));
    }

    #admits(frame: Buffer): boolean {
      if (this.readyState !== WebSocket.OPEN) return false;
      const verdict = judgeFrame(frame, this.#joined, budget);
      if (verdict.pass) {
        this.#joined ||= frame[0] === Protocol.JOIN_ROOM;
        return true;
      }
      refused(verdict.reason);
      if ('close' in verdict || ++this.#refused > MOST_REFUSED) this.close(CloseCode.WITH_ERROR);
      else this.send(verdict.reply, { binary: true });
      return false;
    }
  };
}
