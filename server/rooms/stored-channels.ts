/** Channels that people make: a row that says what it is, and a room that holds what is said there. */
import type { Channel as Row } from '#db/stores/channels.ts';
import { isPassing, type RefusalCode } from '#schema/refusals.ts';
import { LOBBY_CHANNEL, roomOfChannel } from '#schema/rooms.ts';
import type { Ask } from '#server/rooms/calls.ts';
import { matchChannels } from '#server/rooms/channels.ts';
import type { QuarantinePorts } from '#server/rooms/quarantine-ports.ts';
import type { ChannelListing } from '#server/rooms/summaries.ts';
import type { Shown } from '#server/rooms/tables.ts';

/** What the lobby's channel is; its row is made at the start of a process. */
export const lobbyRow = (createdAt: number): Row => ({
  name: LOBBY_CHANNEL,
  kind: 'open',
  readers: 'role',
  title: 'Lobby',
  ttlMs: 24 * 3_600_000,
  createdAt,
});

export type NewChannel = { name: string; title: string; ttlMs: number };

export type StoredChannels = {
  /** Those that the player may read: stored ones, and the talk of matches where they have a seat. */
  list(player: string): Promise<ChannelListing[]>;
  create(channel: NewChannel): Promise<ChannelListing | { refused: RefusalCode }>;
  /** Ends its room for everybody; what was said there is gone. */
  delete(name: string): Promise<RefusalCode | undefined>;
};

export type StoredChannelsPorts = {
  rows: {
    create(row: Row): Promise<boolean>;
    all(): Promise<Row[]>;
    delete(name: string): Promise<boolean>;
  };
  ask: Ask;
  quarantine: Pick<QuarantinePorts, 'end'>;
  shown(): readonly Shown[];
  now(): number;
};

export function storedChannels({ rows, ask, quarantine, shown, now }: StoredChannelsPorts): StoredChannels {
  return {
    async list(player) {
      const stored = (await rows.all()).map(listed);
      const names = new Set(stored.map(({ name }) => name));
      return [...stored, ...matchChannels(shown(), player).filter(({ name }) => !names.has(name))];
    },
    async create({ name, title, ttlMs }) {
      const row: Row = { name, title, ttlMs, kind: 'open', readers: 'role', createdAt: now() };
      if (!(await rows.create(row))) return { refused: 'channel-exists' };
      const refused = await ask.idlest('channel', { channel: name, ttlMs }).catch(async (error) => {
        await rows.delete(name);
        throw error;
      });
      if (!refused) return listed(row);
      await rows.delete(name);
      return refused;
    },
    async delete(name) {
      const room = roomOfChannel(name);
      const kept = await ask.owner('end', { room });
      const refused = kept?.refused === 'room-quarantined' ? await quarantine.end(room) : kept?.refused;
      if (refused && isPassing(refused)) return refused;
      // The row goes last: an attempt that failed can be made again.
      await rows.delete(name);
      return undefined;
    },
  };
}

function listed({ name, kind, readers, title, ttlMs, createdAt }: Row): ChannelListing {
  return { name, kind, readers, title, ttlSeconds: ttlMs / 1000, room: roomOfChannel(name), createdAt };
}
