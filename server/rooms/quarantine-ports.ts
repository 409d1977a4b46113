/** What can be done about a room that went wrong. */
import type { RoomExport } from '#rooms/host/export.ts';
import type { RefusalCode } from '#schema/refusals.ts';

export type Quarantined = { room: string; machine: string; epoch: number; reason: string };

export type QuarantinePorts = {
  /** Every room that was quarantined. */
  quarantined(): Promise<Quarantined[]>;
  /** That one, if it was quarantined. */
  quarantinedRoom(room: string): Promise<Quarantined | undefined>;
  /** Lets the room live again and wakes it; answers what keeps it from that, with its reason if it was quarantined anew. */
  retry(room: string, acceptUnproven?: boolean): Promise<{ refused: RefusalCode; reason?: string } | undefined>;
  /** Ends for good one that was quarantined, as others end: the log of a game is kept, of talk nothing is. Nobody wins. */
  end(room: string): Promise<RefusalCode | undefined>;
  /** `written`: it keeps what people wrote, not what they did. Undefined when there is no such room. */
  keeps(room: string): Promise<{ written: boolean } | undefined>;
  /** All that is kept of any room: quarantined, live, asleep, or over and kept as a replay. */
  log(room: string): Promise<RoomExport | undefined>;
};
