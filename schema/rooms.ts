/** Rooms and what the API calls them. A match is named like its room; a channel's room is its name behind a prefix. */
const CHANNEL = 'channel-';

/** The channel of the lobby, which is always there. */
export const LOBBY_CHANNEL = 'lobby';

/** The room of a channel; the talk of a match is the channel that is named like the match. */
export function roomOfChannel(name: string): string {
  return CHANNEL + name;
}

/** The name of the object that a room is: what authorization is asked about. */
export function objectOf(room: string): string {
  return room.startsWith(CHANNEL) ? room.slice(CHANNEL.length) : room;
}
