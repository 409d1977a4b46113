/** The stores of the database. They hold nothing open of their own. */
import type { Db } from '#db/connect.ts';
import { banStore } from '#db/stores/bans.ts';
import { channelStore } from '#db/stores/channels.ts';
import { idempotencyStore } from '#db/stores/idempotency-keys.ts';
import { identityRowStore } from '#db/stores/identity-rows.ts';
import { matchStore } from '#db/stores/matches.ts';
import { playerStore } from '#db/stores/players.ts';
import { revocationStore } from '#db/stores/revocations.ts';
import { sessionStore } from '#db/stores/sessions.ts';
import { statsStore } from '#db/stores/stats.ts';
import type { Keyring } from '#server/keys/keyring.ts';

export type Rows = ReturnType<typeof rowsOf>;

export function rowsOf(db: Db, keyring: Keyring) {
  return {
    players: playerStore(db, keyring),
    sessions: sessionStore(db, keyring),
    revocations: revocationStore(db),
    stats: statsStore(db),
    matches: matchStore(db),
    accounts: identityRowStore(db, keyring),
    bans: banStore(db),
    channels: channelStore(db),
    keys: idempotencyStore(db),
  };
}
