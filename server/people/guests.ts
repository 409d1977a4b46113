/** Who is in the lobby, by way of whichever process. Names are sealed on the gossip. */
import type { OtherLobbies } from '#rooms/lobby/lobby-room.ts';
import type { Person } from '#rooms/lobby/presence.ts';
import type { Gossip } from '#server/cluster/ports.ts';
import type { Keyring } from '#server/keys/keyring.ts';

const PREFIX = 'guest:';
const PLACE = 'gossip/guest';

export function guestsOn(gossip: Gossip, keyring: Pick<Keyring, 'sealRow' | 'openRow'>): OtherLobbies {
  const sealed = (person: Person) =>
    Buffer.from(keyring.sealRow(PLACE, Buffer.from(JSON.stringify(person)))).toString('base64');
  const opened = (text: string) =>
    JSON.parse(Buffer.from(keyring.openRow(PLACE, Buffer.from(text, 'base64'))).toString()) as Person;
  /** Those that were opened at the last look, by what was read. */
  let known = new Map<string, Person>();
  return {
    tell: (player, person) => gossip.put(PREFIX + player, person && sealed(person)),
    people() {
      const sealedNow = gossip.others(PREFIX).map(({ value }) => String(value));
      known = new Map(sealedNow.map((text) => [text, known.get(text) ?? opened(text)]));
      return [...known.values()];
    },
    subscribe: (changed) => gossip.subscribe(PREFIX, changed),
  };
}
