/** A command from outside any socket. */
export type Submission = {
  player: string;
  roles: readonly string[];
  type: string;
  payload: unknown;
  key: string;
  correlationId?: string;
};
