/**
 * A connection to a durable room that does not give up: it dials again with jitter, resumes, resends what was
 * not answered, and says honestly how it stands. Only a final close ends it.
 */

import { Client, type Room } from '@colyseus/sdk';
import '#schema/bytes.ts';
import { inBackground } from '#client/background.ts';
import { type Connection, isOver, type OpenRoom, type Pending, type Status } from '#client/net/connection.ts';
import { type Ending, endingOf, refusalEnds, SIGNED_OUT } from '#client/net/endings.ts';
import { join } from '#client/net/join.ts';
import { keepUp } from '#client/net/keep-up.ts';
import { Lanes } from '#client/net/lanes.ts';
import { Outbox, randomId } from '#client/net/outbox.ts';
import { redialForEver } from '#client/net/redial.ts';
import { RoomClock } from '#client/net/room-clock.ts';
import { isAboutToken, type Tokens } from '#client/net/tokens.ts';
import { pause } from '#client/net/wait.ts';
import { watch } from '#client/net/watchdog.ts';
import {
  CLOSE,
  type JoinOptions,
  NOTICE,
  REQUEST,
  type Refused,
  type Reply,
  type ResumeReply,
  type SubmitReply,
} from '#schema/protocol.ts';
import { isRefusalCode, type RefusalCode } from '#schema/refusals.ts';

/** An edge holds whoever comes before the room does, so the first dial need not wait long. */
const REDIAL_MS = { first: 30, most: 3_000 };
const RESUMED_MS = 1_500;
/** Replies take as long as an append; beyond this the socket is taken for dead. */
const REPLY_MS = 8_000;

/** Opens rooms at one server. */
export function roomOpener(server: string, tokens: Tokens): OpenRoom {
  return <S>(room: string, unwanted?: AbortSignal) =>
    DurableConnection.open<S>(new Client(server), room, tokens, unwanted);
}

export class DurableConnection<S> implements Connection<S> {
  readonly #client: Client;
  readonly #name: string;
  readonly #tokens: Tokens;
  /** Aborted once it is over, for whatever waits. */
  readonly #over = new AbortController();
  readonly #outbox = new Outbox();
  readonly lanes = new Lanes(() => (this.#up ? this.#room : undefined));
  readonly #holder = randomId();
  readonly #listeners = new Set<() => void>();
  #room: Room | undefined;
  #seated: ResumeReply | undefined;
  readonly #clock = new RoomClock();
  #status: Status = 'connecting';
  #refusal: RefusalCode | undefined;
  #sending = false;
  #consented = false;
  #up = false;
  #unwatch = () => {};

  private constructor(client: Client, name: string, tokens: Tokens) {
    this.#client = client;
    this.#name = name;
    this.#tokens = tokens;
  }

  /** Resolves once there is a state to show, the room refused, or it is `unwanted`, which leaves it without consent. */
  static async open<S>(
    client: Client,
    name: string,
    tokens: Tokens,
    unwanted?: AbortSignal,
  ): Promise<DurableConnection<S>> {
    const connection = new DurableConnection<S>(client, name, tokens);
    const stop = keepUp(() => (connection.#up ? connection.#room : undefined), tokens, connection.#clock);
    connection.#over.signal.addEventListener('abort', stop);
    const abandon = () => inBackground(connection.leave(false));
    unwanted?.addEventListener('abort', abandon, { signal: connection.#over.signal });
    if (unwanted?.aborted) abandon();
    await connection.#join();
    return connection;
  }

  get state(): S {
    return this.#room?.state as S;
  }
  get machine(): string {
    return this.#seated?.machine ?? '';
  }
  get seat(): number {
    return this.#seated?.seat ?? -1;
  }
  get player(): string {
    return this.#seated?.player ?? '';
  }
  get status(): Status {
    return this.#status;
  }
  get paused(): boolean {
    return this.#clock.paused;
  }
  get refusal(): RefusalCode | undefined {
    return this.#refusal;
  }
  get pending(): readonly Pending[] {
    return this.#outbox.pending;
  }
  /** The library's room: for tests that cut its socket. */
  get room(): Room | undefined {
    return this.#room;
  }

  serverNow(): number {
    return this.#clock.now();
  }

  playTime(): number {
    return this.#clock.playTime(this.state);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  submit(type: string, payload?: unknown): Promise<Reply> {
    if (isOver(this.#status)) return Promise.resolve(this.#final());
    const reply = this.#outbox.push(type, payload);
    this.#changed();
    inBackground(this.#send());
    return reply;
  }

  /** Resolves at once while the socket is down: a dial on its way then says goodbye, if it gets through. */
  async leave(consented = true): Promise<void> {
    const room = this.#room;
    this.#consented = consented;
    this.#end({ status: 'ended' });
    if (!room) return;
    room.reconnection.enabled = false;
    if (room.connection.isOpen) await room.leave(consented).catch(() => {});
    else room.onReconnect(() => inBackground(room.leave(consented)));
  }

  async #join(): Promise<void> {
    const { signal } = this.#over;
    const how = { client: this.#client, room: this.#name, options: this.#joining(), tokens: this.#tokens };
    const joined = await join({ ...how, waits: REDIAL_MS, signal });
    if (joined.is === 'over') this.#end(joined.ending);
    if (joined.is !== 'in') return;
    if (signal.aborted) return inBackground(joined.room.leave(this.#consented));
    this.#attach(joined.room);
    await this.#resume();
  }

  /** One that was in already may have been displaced since, without being told: it does not displace in turn. */
  #joining(): JoinOptions {
    return { holder: this.#holder, ...(this.#room && { returning: true }) };
  }

  #attach(room: Room): void {
    this.#unwatch();
    this.#room = room;
    redialForEver(room, REDIAL_MS);
    let refused: RefusalCode | undefined;
    room.onStateChange(() => this.#changed());
    room.onMessage(NOTICE.paused, (paused: boolean) => this.#pause(paused));
    this.lanes.attach(room);
    room.onDrop(() => this.#dropped());
    room.onReconnect(() => inBackground(this.#resume()));
    room.onError((_, message) => {
      if (isRefusalCode(message)) refused = message;
    });
    room.onLeave((code) => this.#left(code, refused));
    this.#unwatch = watch(room);
  }

  #pause(paused: boolean): void {
    this.#clock.pause(paused, this.state);
    this.#changed();
  }

  #dropped(): void {
    this.#up = false;
    this.lanes.dropped();
    this.#clock.pause(false, this.state);
    this.#become('reconnecting');
  }

  #left(code: number, refused: RefusalCode | undefined): void {
    this.#up = false;
    this.lanes.dropped();
    if (isOver(this.#status)) return;
    const ending = endingOf(code, refused);
    if (ending) this.#end(ending);
    else {
      this.#become('reconnecting');
      inBackground(this.#join());
    }
  }

  /** The first request on every connection; nothing else is taken before it. */
  async #resume(refused?: string): Promise<void> {
    const room = this.#room as Room;
    const token = await this.#tokens(refused).catch(() => undefined);
    if (token === undefined) return this.#end(SIGNED_OUT);
    if (isOver(this.#status) || room !== this.#room) return;
    try {
      const asked = this.#clock.asked();
      const request = { outbox: this.#outbox.id, token };
      const reply: ResumeReply | Refused = await room.request(REQUEST.resume, request, { timeout: REPLY_MS });
      if (room !== this.#room) return;
      if (!reply.ok && isAboutToken(reply.code) && refused === undefined) return await this.#resume(token);
      if (!reply.ok) return this.#notResumed(reply.code);
      this.#seated = reply;
      this.#clock.heard(reply.now, asked);
      this.#pause(reply.paused);
      if (this.#outbox.expected(reply.expect) === 'renewed') return await this.#resume();
      this.#up = true;
      this.#welcome();
      inBackground(this.#send());
    } catch {
      this.#redial(room); // unanswered: this socket is no good
    }
  }

  #notResumed(code: RefusalCode): void {
    const ending = refusalEnds(code);
    if (ending) this.#end(ending);
    else setTimeout(() => inBackground(this.#resume()), RESUMED_MS);
  }

  #welcome(): void {
    this.#become(this.#status === 'reconnecting' ? 'resumed' : 'live');
    setTimeout(() => {
      if (this.#status === 'resumed') this.#become('live');
    }, RESUMED_MS);
  }

  /** One batch is on its way at a time; what comes meanwhile goes with the next. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let request = this.#outbox.window(); this.#up && request; request = this.#outbox.window()) {
      const room = this.#room as Room;
      const reply: SubmitReply | Refused | undefined = await room
        .request(REQUEST.submit, request, { timeout: REPLY_MS })
        .catch(() => undefined);
      if (reply) {
        const replies: Reply[] = reply.ok ? reply.replies : request.commands.map(() => reply);
        const verdict = this.#outbox.answered(request, replies);
        this.#changed();
        if (verdict.next === 'wait') await pause(verdict.ms, this.#over.signal);
        if (verdict.next === 'resume') await this.#resume();
      } else {
        this.#up = false; // resumed and sent again after the return
        this.#redial(room);
      }
    }
    this.#sending = false;
    if (this.#up && this.#outbox.window()) inBackground(this.#send());
  }

  #redial(room: Room): void {
    if (room === this.#room && room.connection.isOpen) room.connection.close(CLOSE.retry, 'no answer');
  }

  #end({ status, code }: Ending): void {
    if (isOver(this.#status)) return;
    this.#up = false;
    this.#refusal = code;
    this.#unwatch();
    this.#over.abort();
    this.#become(status);
    this.#outbox.abandon(this.#final());
  }

  #final(): Reply {
    return { ok: false, code: this.#refusal ?? 'room-ended' };
  }

  #become(status: Status): void {
    if (isOver(this.#status)) return;
    this.#status = status;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
