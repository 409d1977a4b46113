/** A client of the SDK, like any page's, that notes down all it sends, is answered and sees. */
import { Client, type Room } from '@colyseus/sdk';
import { isOver, isUp } from '#client/net/connection.ts';
import { DurableConnection } from '#client/net/durable-room.ts';
import type { Reply } from '#schema/protocol.ts';
import type { RoomState } from '#schema/states.ts';
import type { ClientRecord } from './record.ts';
import { viewOf } from './view.ts';

export class Recorder<S extends RoomState = RoomState> {
  readonly record: ClientRecord;
  readonly connection: DurableConnection<S>;
  readonly #sees: boolean;
  /** When something was answered last, ms of this process. */
  answeredAt = 0;
  #watched: Room | undefined;
  #up = false;

  private constructor(room: string, connection: DurableConnection<S>, sees: boolean) {
    this.record = { room, player: '', noted: [] };
    this.connection = connection;
    this.#sees = sees;
    this.#look();
    connection.subscribe(() => this.#look());
  }

  /** With `sees` false it does not note what it sees: of a room that keeps no log that cannot be judged. */
  static async open<S extends RoomState>(
    endpoint: string,
    room: string,
    token: () => Promise<string>,
    sees = true,
  ): Promise<Recorder<S>> {
    const connection = await DurableConnection.open<S>(new Client(endpoint), room, token);
    if (isOver(connection.status)) throw new Error(`${room} did not open: ${connection.refusal ?? connection.status}`);
    return new Recorder<S>(room, connection, sees);
  }

  async submit(type: string, payload: unknown): Promise<Reply> {
    this.record.noted.push({ k: 'sent', type, payload });
    const reply = await this.connection.submit(type, payload);
    this.record.noted.push({ k: 'answered', type, payload, reply });
    this.answeredAt = performance.now();
    const { status, refusal } = this.connection;
    if (isOver(status)) throw new Error(`${this.record.room} put a player out: ${refusal ?? status}`);
    return reply;
  }

  #look(): void {
    const { connection, record } = this;
    const { room, status } = connection;
    if (this.#sees && room && room !== this.#watched) {
      this.#watched = room;
      room.onStateChange((state) => {
        record.noted.push({ k: 'saw', seq: (state as RoomState).seq, view: viewOf(state) });
      });
    }
    if (isUp(status) === this.#up) return;
    this.#up = isUp(status);
    record.player = connection.player; // who one is comes with the first resume
    record.noted.push(this.#up ? { k: 'back', at: performance.now() } : { k: 'dropped' });
  }
}
