/**
 * The clients of a rehearsed room: each gets real frames from the room's encoder through its own view
 * and decodes them with the library's decoder, as the SDK does.
 */
import { type DataChange, Decoder, type Encoder, OPERATION, Reflection, Schema } from '@colyseus/schema';
import type { Replica } from '#rooms/kernel/replica.ts';
import { SeatView } from '#rooms/kernel/seat-view.ts';

/** By the encoder's types: clients that are told of the same types share the classes made of them. */
const reflected = new WeakMap<object, Decoder>();

function decoderOf(encoder: Encoder): Decoder {
  const known = reflected.get(encoder.context) ?? Reflection.decode(Reflection.encode(encoder));
  reflected.set(encoder.context, known);
  const State = known.state.constructor as new () => Schema;
  return new Decoder(new State(), known.context);
}

export class Onlooker {
  readonly player: string;
  seat: number;
  /** Undefined while away. */
  view: SeatView | undefined;
  readonly decoder: Decoder;

  constructor(player: string, seat: number, encoder: Encoder) {
    this.player = player;
    this.seat = seat;
    this.decoder = decoderOf(encoder);
  }

  get seen(): unknown {
    return inKeyOrder(this.decoder.state.toJSON());
  }

  /** Applies a full state to what is already there; tells which entities came or went. */
  resync(bytes: Uint8Array): string[] {
    const before = entities(this.decoder);
    const moved: string[] = [];
    this.decoder.triggerChanges = (changes: DataChange[]) => {
      for (const { op, field, dynamicIndex } of changes) {
        if ((op & OPERATION.DELETE) === OPERATION.DELETE) moved.push(`${field ?? dynamicIndex} was removed`);
      }
    };
    this.decoder.decodeResync(bytes);
    this.decoder.triggerChanges = undefined;
    const after = entities(this.decoder);
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(id) !== after.get(id)) moved.push(`the entity with refId ${id} is another`);
    }
    return moved;
  }
}

/** Maps by key: a client that was away while one entry left and came again has them in another order. */
function inKeyOrder(seen: unknown): unknown {
  if (Array.isArray(seen)) return seen.map(inKeyOrder);
  if (typeof seen !== 'object' || seen === null) return seen;
  const entries = Object.entries(seen).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, inKeyOrder(value)]));
}

/** Instances by refId. Collections do not count: the library clones them whenever they are mentioned. */
function entities(decoder: Decoder): Map<number, unknown> {
  return new Map([...decoder.root.refs].filter(([, ref]) => ref instanceof Schema));
}

export type Frame = { onlooker: Onlooker; bytes: Uint8Array };

export class Audience {
  readonly onlookers = new Map<string, Onlooker>();
  readonly #replica: Replica;
  readonly #onFrame: (frame: Frame) => void;

  /** Without a seat, one spectator is always there. */
  constructor(replica: Replica, onFrame: (frame: Frame) => void = () => {}) {
    this.#replica = replica;
    this.#onFrame = onFrame;
    this.#welcome(new Onlooker('', -1, replica.encoder));
  }

  /** After every batch: admits who joined or came back, forgets who left, patches everyone who is there. */
  sync(): void {
    const { seats, encoder } = this.#replica;
    const held = new Set(['', ...seats.held().map((seat) => seats.playerOf(seat))]);
    for (const onlooker of [...this.onlookers.values()]) {
      if (!held.has(onlooker.player)) this.#forget(onlooker);
    }
    for (const seat of seats.held()) {
      const player = seats.playerOf(seat);
      const known = this.onlookers.get(player);
      if (!seats.at(seat)?.connected) known?.view?.dispose();
      if (!seats.at(seat)?.connected && known) known.view = undefined;
      else if (!known) this.#welcome(new Onlooker(player, seat, encoder));
      else if (!known.view) this.#full(known, seat);
    }
    this.#patch();
  }

  /** Everyone goes on with a room that was restored or replayed; answers what that moved, by player. */
  resume(replica: Replica): { audience: Audience; moved: string[] } {
    const audience = new Audience(replica, this.#onFrame);
    const moved: string[] = [];
    for (const known of this.onlookers.values()) {
      if (known.player === '') audience.onlookers.get('')?.view?.dispose();
      audience.onlookers.set(known.player, known);
      if (!known.view) continue;
      known.view.dispose();
      const before = JSON.stringify(known.seen);
      moved.push(...audience.#full(known, known.seat).map((what) => `${known.player}: ${what}`));
      if (JSON.stringify(known.seen) !== before) moved.push(`${known.player}: sees another state`);
    }
    return { audience, moved };
  }

  /** What a client that joins now as `known` would see. */
  fresh(known: Onlooker): unknown {
    const twin = new Onlooker(known.player, known.seat, this.#replica.encoder);
    this.#full(twin, known.seat);
    twin.view?.dispose();
    return twin.seen;
  }

  #welcome(onlooker: Onlooker): void {
    this.onlookers.set(onlooker.player, onlooker);
    this.#full(onlooker, onlooker.seat);
  }

  #forget(onlooker: Onlooker): void {
    onlooker.view?.dispose();
    this.onlookers.delete(onlooker.player);
  }

  #full(onlooker: Onlooker, seat: number): string[] {
    const { encoder } = this.#replica;
    onlooker.seat = seat;
    onlooker.view = new SeatView();
    this.#refresh(onlooker);
    const it = { offset: 0 };
    let bytes = encoder.encodeAll(it);
    if (encoder.context.hasFilters) bytes = encoder.encodeAllView(onlooker.view.view, it.offset, { ...it });
    bytes = Uint8Array.from(bytes);
    this.#onFrame({ onlooker, bytes });
    if (onlooker.decoder.root.refs.size > 1) return onlooker.resync(bytes);
    onlooker.decoder.decode(bytes);
    return [];
  }

  #patch(): void {
    const { encoder } = this.#replica;
    const present = [...this.onlookers.values()].filter((onlooker) => onlooker.view);
    for (const onlooker of present) this.#refresh(onlooker);
    const it = { offset: 0 };
    const shared = encoder.encode(it);
    const sharedOffset = it.offset;
    for (const onlooker of present) {
      const view = onlooker.view?.view;
      const filtered = encoder.context.hasFilters && view;
      const bytes = Uint8Array.from(filtered ? encoder.encodeView(view, sharedOffset, it) : shared);
      if (bytes.length === 0) continue;
      this.#onFrame({ onlooker, bytes });
      onlooker.decoder.decode(bytes);
    }
    encoder.discardChanges();
  }

  #refresh(onlooker: Onlooker): void {
    if (onlooker.view) this.#replica.hooks.show(onlooker.view, onlooker.seat);
  }
}
