/** What a process of Parlor is opened with, and what is known of it once it is open. */
import type { AnyMachine } from '#rooms/kernel/machine.ts';
import type { JournalStore, Steps } from '#rooms/ports.ts';
import type { Config } from '#server/config.ts';
import type { FirstAdministrator, IdentityProvider } from '#server/identity/identity.ts';
import type { Logger } from '#server/telemetry/log.ts';

export type Extra = {
  machines?: readonly AnyMachine[];
  /** Rooms to make unless they are there. */
  rooms?: readonly { room: string; machine: AnyMachine }[];
  /** Where people come from, in place of what the configuration says. */
  identity?: IdentityProvider;
  /** The journal, with something in between. */
  store?(store: JournalStore): JournalStore;
  /** In place of lines on stdout. */
  log?: Logger;
  /** In place of `PARLOR_TEST_KILL`. */
  steps?: Steps;
  /** A room that nobody is in is unloaded after this long. */
  idleMs?: number;
  /** Types of requests that rooms answer beside the product's own. */
  requests?: readonly string[];
};

export type ParlorDeps = { config: Config; version: string; log: Logger; extra?: Extra };

export type Opened = {
  /** The port it listens on. */
  port: number;
  /** Fingerprint of the certificate we made, on the local network. */
  fingerprint: string | undefined;
  /** On the very first start only: to be shown once, and kept nowhere. */
  firstAdministrator: FirstAdministrator | undefined;
};
