/** What is asked for when somebody opens a match. */
import type { RefusalCode } from '#schema/refusals.ts';
import type { NewMatch } from '#schema/resources.ts';
import type { Running } from '#server/rooms/summaries.ts';

export type Order = NewMatch & { player: string; roles: readonly string[]; idempotencyKey?: string };

/** Opens a table (new, quick or a rematch; `field` is below `spec`) and answers with the match to join. */
export type OpenMatch = (
  order: Order,
) => Promise<Running | { refused: RefusalCode; field?: string; retryAfterMs?: number }>;
