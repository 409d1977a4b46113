/** What authorization is asked about a room: by every join, command and lane, and by REST about what a room holds. */
import type { Access } from '#rooms/kernel/machine.ts';
import type { Attributes } from '#rooms/ports.ts';
import { objectOf } from '#schema/rooms.ts';

/** `name` is the object's, as the API has it: never the room's id where that is another. */
export function questionAbout(
  room: string,
  { player, roles }: Attributes['user'],
  { verb, resource, subresource }: Access,
): Attributes {
  const name = objectOf(room);
  return { user: { player, roles }, verb, resource, ...(subresource !== undefined && { subresource }), name };
}
